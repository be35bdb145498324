/// One operation of a trace (`opentelemetry.proto.trace.v1.Span`).
public struct Span: Sendable, Hashable {
    /// The trace that it belongs to.
    public var traceID: TraceID = .none
    /// Its own id.
    public var spanID: SpanID = .none
    /// The W3C `tracestate`.
    public var traceState: String = ""
    /// The span that caused it; none for a root.
    public var parentSpanID: SpanID = .none
    /// What it does, of low cardinality.
    public var name: String = ""
    /// Which side of a call it is.
    public var kind: SpanKind = .unspecified
    /// When it began, in nanoseconds since 1970, UTC.
    public var startTime: UInt64 = 0
    /// When it ended, in nanoseconds since 1970, UTC.
    public var endTime: UInt64 = 0
    /// What is known of it.
    public var attributes: [KeyValue] = []
    /// How many attributes did not fit.
    public var droppedAttributesCount: UInt32 = 0
    /// What happened during it.
    public var events: [SpanEvent] = []
    /// How many events did not fit.
    public var droppedEventsCount: UInt32 = 0
    /// Spans that it relates to.
    public var links: [SpanLink] = []
    /// How many links did not fit.
    public var droppedLinksCount: UInt32 = 0
    /// How it ended.
    public var status: SpanStatus = SpanStatus()
    /// W3C trace flags in the low byte; whether the parent is remote above them.
    public var flags: UInt32 = 0

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        traceID: TraceID = .none,
        spanID: SpanID = .none,
        traceState: String = "",
        parentSpanID: SpanID = .none,
        name: String = "",
        kind: SpanKind = .unspecified,
        startTime: UInt64 = 0,
        endTime: UInt64 = 0,
        attributes: [KeyValue] = [],
        droppedAttributesCount: UInt32 = 0,
        events: [SpanEvent] = [],
        droppedEventsCount: UInt32 = 0,
        links: [SpanLink] = [],
        droppedLinksCount: UInt32 = 0,
        status: SpanStatus = SpanStatus(),
        flags: UInt32 = 0
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.traceState = traceState
        self.parentSpanID = parentSpanID
        self.name = name
        self.kind = kind
        self.startTime = startTime
        self.endTime = endTime
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
        self.events = events
        self.droppedEventsCount = droppedEventsCount
        self.links = links
        self.droppedLinksCount = droppedLinksCount
        self.status = status
        self.flags = flags
    }
}

extension Span: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "traceId": 1,
        "spanId": 2,
        "traceState": 3,
        "parentSpanId": 4,
        "name": 5,
        "kind": 6,
        "startTimeUnixNano": 7,
        "endTimeUnixNano": 8,
        "attributes": 9,
        "droppedAttributesCount": 10,
        "events": 11,
        "droppedEventsCount": 12,
        "links": 13,
        "droppedLinksCount": 14,
        "status": 15,
        "flags": 16,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.traceID(1, "traceId", traceID)
        encoder.spanID(2, "spanId", spanID)
        encoder.string(3, "traceState", traceState)
        encoder.spanID(4, "parentSpanId", parentSpanID)
        encoder.string(5, "name", name)
        encoder.enumeration(6, "kind", kind.rawValue)
        encoder.fixed64(7, "startTimeUnixNano", startTime)
        encoder.fixed64(8, "endTimeUnixNano", endTime)
        encoder.attributes(9, "attributes", attributes)
        encoder.uint32(10, "droppedAttributesCount", droppedAttributesCount)
        encoder.messages(11, "events", events)
        encoder.uint32(12, "droppedEventsCount", droppedEventsCount)
        encoder.messages(13, "links", links)
        encoder.uint32(14, "droppedLinksCount", droppedLinksCount)
        encoder.message(15, "status", status)
        encoder.fixed32(16, "flags", flags)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: traceID = try decoder.traceID()
        case 2: spanID = try decoder.spanID()
        case 3: traceState = try decoder.string()
        case 4: parentSpanID = try decoder.spanID()
        case 5: name = try decoder.string()
        case 6: kind = SpanKind(rawValue: try decoder.enumeration())
        case 7: startTime = try decoder.fixed64()
        case 8: endTime = try decoder.fixed64()
        case 9: try decoder.appendMessages(to: &attributes)
        case 10: droppedAttributesCount = try decoder.uint32()
        case 11: try decoder.appendMessages(to: &events)
        case 12: droppedEventsCount = try decoder.uint32()
        case 13: try decoder.appendMessages(to: &links)
        case 14: droppedLinksCount = try decoder.uint32()
        case 15: status = try decoder.message(SpanStatus.self)
        case 16: flags = try decoder.fixed32()
        default: try decoder.skip()
        }
    }
}
