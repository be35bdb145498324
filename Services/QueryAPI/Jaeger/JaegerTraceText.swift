import OTLP
import TextCoding

/// A trace as Jaeger's first JSON API has it: spans, and the processes that they refer to.
struct JaegerTraceText {
    private struct Process: Hashable {
        let service: String
        let tags: [String: String]
    }

    private var bytes: [UInt8] = []
    private var processes: [Process: Int] = [:]
    private var inOrder: [Process] = []

    /// The text of a trace.
    static func of(_ traceID: String, _ spans: [StoredSpan]) -> [UInt8] {
        var text = JaegerTraceText()
        text.write(traceID, spans)
        return text.bytes
    }

    private mutating func write(_ traceID: String, _ spans: [StoredSpan]) {
        add(#"{"traceID":"#)
        add(text: Self.padded(traceID, to: 32))
        add(#","spans":["#)
        for (index, span) in spans.enumerated() {
            if index > 0 { add(",") }
            write(span)
        }
        add(#"],"processes":{"#)
        for (index, process) in inOrder.enumerated() {
            if index > 0 { add(",") }
            add("\"p\(index + 1)\":{\"serviceName\":")
            add(text: process.service)
            add(#","tags":["#)
            write(tags: process.tags)
            add("]}")
        }
        add(#"},"warnings":null}"#)
    }

    private mutating func write(_ span: StoredSpan) {
        add(#"{"traceID":"#)
        add(text: Self.padded(span.traceID, to: 32))
        add(#","spanID":"#)
        add(text: Self.padded(span.spanID, to: 16))
        add(#","operationName":"#)
        add(text: span.name)
        add(#","references":["#)
        write(references: span)
        add("],\"startTime\":\(span.start / 1_000),\"duration\":\(span.duration / 1_000),\"tags\":[")
        write(tags: span.attributes)
        write(derivedTags: span, isFirst: span.attributes.isEmpty)
        add(#"],"logs":["#)
        for (index, event) in span.events.enumerated() {
            if index > 0 { add(",") }
            add("{\"timestamp\":\(event.time / 1_000),\"fields\":[")
            if !event.name.isEmpty {
                write(tag: "event", event.name)
                if !event.attributes.isEmpty { add(",") }
            }
            write(tags: event.attributes)
            add("]}")
        }
        add("],\"processID\":\"p\(number(of: span))\",\"warnings\":null}")
    }

    /// The parent first, then the links.
    private mutating func write(references span: StoredSpan) {
        var isFirst = true
        func reference(_ type: StaticString, _ traceID: String, _ spanID: String, _ text: inout Self) {
            if !isFirst { text.add(",") }
            isFirst = false
            text.add("{\"refType\":\"\(type)\",\"traceID\":")
            text.add(text: Self.padded(traceID, to: 32))
            text.add(#","spanID":"#)
            text.add(text: Self.padded(spanID, to: 16))
            text.add("}")
        }
        if !span.parentSpanID.isEmpty { reference("CHILD_OF", span.traceID, span.parentSpanID, &self) }
        // A link without a trace leads nowhere.
        for link in span.links where link.traceID.contains(where: { $0 != "0" }) {
            let isParent = link.attributes["opentracing.ref_type"] == "child_of"
            reference(isParent ? "CHILD_OF" : "FOLLOWS_FROM", link.traceID, link.spanID, &self)
        }
    }

    /// What OpenTelemetry has as fields and Jaeger as tags.
    private mutating func write(derivedTags span: StoredSpan, isFirst: Bool) {
        var isFirst = isFirst
        func tag(_ key: String, _ value: String, _ text: inout Self) {
            guard !value.isEmpty, span.attributes[key] == nil else { return }
            if !isFirst { text.add(",") }
            isFirst = false
            text.write(tag: key, value)
        }
        tag("otel.scope.name", span.scopeName, &self)
        tag("otel.scope.version", span.scopeVersion, &self)
        tag("span.kind", StoredSpan.word(of: span.kind) ?? "", &self)
        switch span.statusCode {
        case .error:
            tag("otel.status_code", "ERROR", &self)
            if span.attributes["error"] == nil {
                if !isFirst { add(",") }
                isFirst = false
                add(#"{"key":"error","type":"bool","value":true}"#)
            }
        case .ok: tag("otel.status_code", "OK", &self)
        default: break
        }
        tag("otel.status_description", span.statusMessage, &self)
        tag("w3c.tracestate", span.traceState, &self)
    }

    private mutating func write(tags: [String: String]) {
        for (index, (key, value)) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { add(",") }
            write(tag: key, value)
        }
    }

    private mutating func write(tag key: String, _ value: String) {
        add(#"{"key":"#)
        add(text: key)
        if let number = AttributeTypes.integer(value, of: key) {
            // JavaScript's numbers end at 2^53.
            let isExact = number.magnitude < 1 << 53
            add(isExact ? ",\"type\":\"int64\",\"value\":\(number)}" : ",\"type\":\"int64\",\"value\":\"\(number)\"}")
        } else {
            add(#","type":"string","value":"#)
            add(text: value)
            add("}")
        }
    }

    private mutating func number(of span: StoredSpan) -> Int {
        var tags = span.resource
        let service = tags.removeValue(forKey: "service.name") ?? span.service
        let process = Process(service: service.isEmpty ? "OTLPResourceNoServiceName" : service, tags: tags)
        if let known = processes[process] { return known }
        inOrder.append(process)
        processes[process] = inOrder.count
        return inOrder.count
    }

    private static func padded(_ id: String, to digits: Int) -> String {
        String(repeating: "0", count: max(0, digits - id.utf8.count)) + id
    }

    private mutating func add(_ constant: String) {
        bytes.append(contentsOf: constant.utf8)
    }

    private mutating func add(text: String) {
        JSONText.append(text, to: &bytes)
    }
}
