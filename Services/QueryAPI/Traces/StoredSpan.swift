import OTLP
import TextCoding

/// A span as the table has it.
struct StoredSpan: Sendable {
    /// Something that happened during it.
    struct Event: Sendable {
        /// Nanoseconds since the epoch.
        let time: Int64
        let name: String
        let attributes: [String: String]
    }

    /// Another span that it names.
    struct Link: Sendable {
        let traceID: String
        let spanID: String
        let traceState: String
        let attributes: [String: String]
    }

    var traceID: String
    var spanID: String
    var parentSpanID: String
    var traceState: String
    var name: String
    /// `Server`; older rows have `SPAN_KIND_SERVER`.
    var kind: String
    var service: String
    var resource: [String: String]
    var scopeName: String
    var scopeVersion: String
    var attributes: [String: String]
    /// Nanoseconds since the epoch.
    var start: Int64
    /// Nanoseconds.
    var duration: UInt64
    var status: String
    var statusMessage: String
    var events: [Event]
    var links: [Link]

    /// The columns, in the order in which ``init(_:)`` reads them.
    static let columns: SQL = """
        TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName,
        ScopeVersion, SpanAttributes, toUnixTimestamp64Nano(Timestamp), Duration, StatusCode, StatusMessage,
        arrayMap(time -> toUnixTimestamp64Nano(time), `Events.Timestamp`), `Events.Name`, `Events.Attributes`,
        `Links.TraceId`, `Links.SpanId`, `Links.TraceState`, `Links.Attributes`
        """

    /// Reads the next row.
    init(_ row: inout RowBinaryReader) throws {
        traceID = try row.text()
        spanID = try row.text()
        parentSpanID = try row.text()
        traceState = try row.text()
        name = try row.text()
        kind = try row.text()
        service = try row.text()
        resource = try row.map()
        scopeName = try row.text()
        scopeVersion = try row.text()
        attributes = try row.map()
        start = try row.number(Int64.self)
        duration = try row.number(UInt64.self)
        status = try row.text()
        statusMessage = try row.text()
        let eventTimes = try row.array { try $0.number(Int64.self) }
        let eventNames = try row.array { try $0.text() }
        let eventAttributes = try row.array { try $0.map() }
        let linkTraces = try row.array { try $0.text() }
        let linkSpans = try row.array { try $0.text() }
        let linkStates = try row.array { try $0.text() }
        let linkAttributes = try row.array { try $0.map() }
        events = zip(eventTimes, zip(eventNames, eventAttributes)).map {
            Event(time: $0, name: $1.0, attributes: $1.1)
        }
        links = zip(zip(linkTraces, linkSpans), zip(linkStates, linkAttributes)).map {
            Link(traceID: $0.0, spanID: $0.1, traceState: $1.0, attributes: $1.1)
        }
    }

    /// Which side of a call it is.
    var spanKind: SpanKind { Self.kinds[kind] ?? .unspecified }

    /// How it ended.
    var statusCode: SpanStatusCode {
        switch status {
        case "Error", "STATUS_CODE_ERROR": .error
        case "Ok", "STATUS_CODE_OK": .ok
        default: .unset
        }
    }

    /// Both spellings that rows have, by what they mean.
    static let kinds: [String: SpanKind] = [
        "Internal": .internal, "SPAN_KIND_INTERNAL": .internal, "Server": .server, "SPAN_KIND_SERVER": .server,
        "Client": .client, "SPAN_KIND_CLIENT": .client, "Producer": .producer, "SPAN_KIND_PRODUCER": .producer,
        "Consumer": .consumer, "SPAN_KIND_CONSUMER": .consumer,
    ]

    /// A kind as Jaeger and Tempo write it; `nil` for none.
    static func word(of kind: String) -> String? {
        switch kinds[kind] {
        case .internal?: "internal"
        case .server?: "server"
        case .client?: "client"
        case .producer?: "producer"
        case .consumer?: "consumer"
        default: nil
        }
    }

    /// How rows spell a kind that a client names, in either letter case; `nil` for a word that is no kind.
    static func spellings(ofKind word: String) -> [String]? {
        switch word.lowercased() {
        case "internal": ["Internal", "SPAN_KIND_INTERNAL"]
        case "server": ["Server", "SPAN_KIND_SERVER"]
        case "client": ["Client", "SPAN_KIND_CLIENT"]
        case "producer": ["Producer", "SPAN_KIND_PRODUCER"]
        case "consumer": ["Consumer", "SPAN_KIND_CONSUMER"]
        case "unspecified": ["", "Unspecified", "SPAN_KIND_UNSPECIFIED"]
        default: nil
        }
    }
}

extension StoredSpan {
    /// A span that came as OTLP.
    init(_ span: Span, resource: Resource, scope: InstrumentationScope) {
        traceID = span.traceID.description
        spanID = span.spanID.description
        parentSpanID = span.parentSpanID.isValid ? span.parentSpanID.description : ""
        traceState = span.traceState
        name = span.name
        kind =
            switch span.kind {
            case .internal: "Internal"
            case .server: "Server"
            case .client: "Client"
            case .producer: "Producer"
            case .consumer: "Consumer"
            default: ""
            }
        self.resource = Self.texts(resource.attributes)
        service = self.resource["service.name"] ?? ""
        scopeName = scope.name
        scopeVersion = scope.version
        attributes = Self.texts(span.attributes)
        start = Int64(clamping: span.startTime)
        duration = span.endTime > span.startTime ? span.endTime - span.startTime : 0
        status =
            switch span.status.code {
            case .error: "Error"
            case .ok: "Ok"
            default: "Unset"
            }
        statusMessage = span.status.message
        events = span.events.map {
            Event(time: Int64(clamping: $0.time), name: $0.name, attributes: Self.texts($0.attributes))
        }
        links = span.links.map {
            Link(
                traceID: $0.traceID.description,
                spanID: $0.spanID.description,
                traceState: $0.traceState,
                attributes: Self.texts($0.attributes)
            )
        }
    }

    private static func texts(_ attributes: [KeyValue]) -> [String: String] {
        Dictionary(attributes.map { ($0.key, text($0.value)) }) { _, last in last }
    }

    private static func text(_ value: AnyValue) -> String {
        switch value {
        case .empty: ""
        case .string(let text): text
        case .bool(let truth): "\(truth)"
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bytes(let bytes): String(decoding: Base64.encode(bytes), as: UTF8.self)
        case .array, .keyValues: json(value)
        }
    }

    private static func json(_ value: AnyValue) -> String {
        switch value {
        case .array(let values): return "[\(values.map(json).joined(separator: ","))]"
        case .keyValues(let pairs):
            return "{\(pairs.map { "\(quoted($0.key)):\(json($0.value))" }.joined(separator: ","))}"
        case .empty: return "null"
        case .bool, .int, .double: return text(value)
        case .string, .bytes: return quoted(text(value))
        }
    }

    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONText.append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
