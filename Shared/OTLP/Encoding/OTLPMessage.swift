/// A message of OTLP: its fields are listed once, and every codec reads that list.
protocol OTLPMessage: Sendable {
    /// The message with every field at its default.
    init()

    /// The number of each field by its JSON name.
    static var fieldNumbers: [String: Int] { get }

    /// Hands every field to an encoder, by ascending number.
    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder)

    /// Takes one field from a decoder; unknown ones are skipped.
    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError)
}

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

/// Reads the value of one field in some encoding.
protocol FieldDecoder {
    mutating func string() throws(OTLPDecodingError) -> String
    mutating func strings(appendingTo values: inout [String]) throws(OTLPDecodingError)
    mutating func bool() throws(OTLPDecodingError) -> Bool
    mutating func enumeration() throws(OTLPDecodingError) -> Int32
    mutating func int32() throws(OTLPDecodingError) -> Int32
    mutating func sint32() throws(OTLPDecodingError) -> Int32
    mutating func uint32() throws(OTLPDecodingError) -> UInt32
    mutating func fixed32() throws(OTLPDecodingError) -> UInt32
    mutating func int64() throws(OTLPDecodingError) -> Int64
    mutating func sfixed64() throws(OTLPDecodingError) -> Int64
    mutating func fixed64() throws(OTLPDecodingError) -> UInt64
    mutating func fixed64s(appendingTo values: inout [UInt64]) throws(OTLPDecodingError)
    mutating func uint64s(appendingTo values: inout [UInt64]) throws(OTLPDecodingError)
    mutating func double() throws(OTLPDecodingError) -> Double
    mutating func doubles(appendingTo values: inout [Double]) throws(OTLPDecodingError)
    mutating func traceID() throws(OTLPDecodingError) -> TraceID
    mutating func spanID() throws(OTLPDecodingError) -> SpanID
    mutating func bytes() throws(OTLPDecodingError) -> [UInt8]
    mutating func anyValue() throws(OTLPDecodingError) -> AnyValue
    mutating func message<Message: OTLPMessage>(_ type: Message.Type) throws(OTLPDecodingError) -> Message
    mutating func appendMessages<Message: OTLPMessage>(to messages: inout [Message]) throws(OTLPDecodingError)
    mutating func skip() throws(OTLPDecodingError)
}

/// Input that is not OTLP.
public struct OTLPDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, and where it was noticed.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
