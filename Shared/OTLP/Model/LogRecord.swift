/// One log record (`opentelemetry.proto.logs.v1.LogRecord`).
public struct LogRecord: Sendable, Hashable {
    /// When it happened, in nanoseconds since 1970, UTC; 0 when unknown.
    public var time: UInt64 = 0
    /// How severe it is.
    public var severityNumber: SeverityNumber = .unspecified
    /// The severity as its source names it.
    public var severityText: String = ""
    /// What it says.
    public var body: AnyValue = .empty
    /// What is known of it.
    public var attributes: [KeyValue] = []
    /// How many attributes did not fit.
    public var droppedAttributesCount: UInt32 = 0
    /// W3C trace flags in the low byte.
    public var flags: UInt32 = 0
    /// The trace in which it was written.
    public var traceID: TraceID = .none
    /// The span in which it was written.
    public var spanID: SpanID = .none
    /// When it was seen, in nanoseconds since 1970, UTC.
    public var observedTime: UInt64 = 0
    /// The kind of event that it is, if any.
    public var eventName: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        time: UInt64 = 0,
        severityNumber: SeverityNumber = .unspecified,
        severityText: String = "",
        body: AnyValue = .empty,
        attributes: [KeyValue] = [],
        droppedAttributesCount: UInt32 = 0,
        flags: UInt32 = 0,
        traceID: TraceID = .none,
        spanID: SpanID = .none,
        observedTime: UInt64 = 0,
        eventName: String = ""
    ) {
        self.time = time
        self.severityNumber = severityNumber
        self.severityText = severityText
        self.body = body
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
        self.flags = flags
        self.traceID = traceID
        self.spanID = spanID
        self.observedTime = observedTime
        self.eventName = eventName
    }
}

extension LogRecord: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "timeUnixNano": 1,
        "severityNumber": 2,
        "severityText": 3,
        "body": 5,
        "attributes": 6,
        "droppedAttributesCount": 7,
        "flags": 8,
        "traceId": 9,
        "spanId": 10,
        "observedTimeUnixNano": 11,
        "eventName": 12,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.fixed64(1, "timeUnixNano", time)
        encoder.enumeration(2, "severityNumber", severityNumber.rawValue)
        encoder.string(3, "severityText", severityText)
        encoder.anyValue(5, "body", body)
        encoder.attributes(6, "attributes", attributes)
        encoder.uint32(7, "droppedAttributesCount", droppedAttributesCount)
        encoder.fixed32(8, "flags", flags)
        encoder.traceID(9, "traceId", traceID)
        encoder.spanID(10, "spanId", spanID)
        encoder.fixed64(11, "observedTimeUnixNano", observedTime)
        encoder.string(12, "eventName", eventName)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: time = try decoder.fixed64()
        case 2: severityNumber = SeverityNumber(rawValue: try decoder.enumeration())
        case 3: severityText = try decoder.string()
        case 5: body = try decoder.anyValue()
        case 6: try decoder.appendMessages(to: &attributes)
        case 7: droppedAttributesCount = try decoder.uint32()
        case 8: flags = try decoder.fixed32()
        case 9: traceID = try decoder.traceID()
        case 10: spanID = try decoder.spanID()
        case 11: observedTime = try decoder.fixed64()
        case 12: eventName = try decoder.string()
        default: try decoder.skip()
        }
    }
}
