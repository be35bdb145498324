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
