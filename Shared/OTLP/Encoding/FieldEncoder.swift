/// Takes fields and writes them in some encoding. Fields at their default are left out, as proto3 wants it.
protocol FieldEncoder: ~Copyable {
    mutating func string(_ number: Int, _ name: StaticString, _ value: String)
    mutating func strings(_ number: Int, _ name: StaticString, _ values: [String])
    mutating func bool(_ number: Int, _ name: StaticString, _ value: Bool)
    mutating func enumeration(_ number: Int, _ name: StaticString, _ value: Int32)
    mutating func int32(_ number: Int, _ name: StaticString, _ value: Int32)
    mutating func sint32(_ number: Int, _ name: StaticString, _ value: Int32)
    mutating func uint32(_ number: Int, _ name: StaticString, _ value: UInt32)
    mutating func fixed32(_ number: Int, _ name: StaticString, _ value: UInt32)
    mutating func int64(_ number: Int, _ name: StaticString, _ value: Int64)
    mutating func fixed64(_ number: Int, _ name: StaticString, _ value: UInt64)
    mutating func fixed64s(_ number: Int, _ name: StaticString, _ values: [UInt64])
    mutating func uint64s(_ number: Int, _ name: StaticString, _ values: [UInt64])
    mutating func double(_ number: Int, _ name: StaticString, _ value: Double)
    mutating func doubles(_ number: Int, _ name: StaticString, _ values: [Double])
    /// Written whenever there is a value, zero included.
    mutating func optionalDouble(_ number: Int, _ name: StaticString, _ value: Double?)
    /// `asDouble` or `asInt`, written whenever there is a value, zero included.
    mutating func number(asDouble: Int, asInt: Int, _ value: NumberValue?)
    mutating func traceID(_ number: Int, _ name: StaticString, _ id: TraceID)
    mutating func spanID(_ number: Int, _ name: StaticString, _ id: SpanID)
    mutating func bytes(_ number: Int, _ name: StaticString, _ value: [UInt8])
    mutating func anyValue(_ number: Int, _ name: StaticString, _ value: AnyValue)
    mutating func attributes(_ number: Int, _ name: StaticString, _ attributes: [KeyValue])
    /// Written even when it is empty: a member of a `oneof`, an element of a list, or a field whose presence counts.
    mutating func member<Message: OTLPMessage>(_ number: Int, _ name: StaticString, _ message: Message)
    mutating func messages<Message: OTLPMessage>(_ number: Int, _ name: StaticString, _ messages: [Message])
    /// Left out when it is empty.
    mutating func message<Message: OTLPMessage & Equatable>(_ number: Int, _ name: StaticString, _ message: Message)
}

extension FieldEncoder where Self: ~Copyable {
    mutating func optionalMessage<Message: OTLPMessage>(_ number: Int, _ name: StaticString, _ message: Message?) {
        if let message { member(number, name, message) }
    }
}
