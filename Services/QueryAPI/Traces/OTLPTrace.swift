import OTLP

/// Stored spans as OTLP has them: by resource and scope.
enum OTLPTrace {
    private struct Scope: Hashable {
        let name: String
        let version: String
    }

    /// The spans of traces, grouped in the order in which their groups appear.
    static func resourceSpans(_ spans: [StoredSpan]) -> [ResourceSpans] {
        var resources: [(attributes: [String: String], scopes: [(scope: Scope, spans: [Span])])] = []
        var places: [[String: String]: Int] = [:]
        for span in spans {
            let attributes = span.resource.merging(["service.name": span.service]) { own, _ in own }
            let place = places[attributes] ?? resources.count
            if place == resources.count {
                places[attributes] = place
                resources.append((attributes, []))
            }
            let scope = Scope(name: span.scopeName, version: span.scopeVersion)
            if let index = resources[place].scopes.firstIndex(where: { $0.scope == scope }) {
                resources[place].scopes[index].spans.append(message(span))
            } else {
                resources[place].scopes.append((scope, [message(span)]))
            }
        }
        return resources.map { resource in
            ResourceSpans(
                resource: Resource(attributes: attributes(resource.attributes)),
                scopeSpans: resource.scopes.map { scope, spans in
                    ScopeSpans(scope: InstrumentationScope(name: scope.name, version: scope.version), spans: spans)
                }
            )
        }
    }

    private static func message(_ span: StoredSpan) -> Span {
        var message = Span()
        message.traceID = traceID(span.traceID)
        message.spanID = spanID(span.spanID)
        message.parentSpanID = spanID(span.parentSpanID)
        message.traceState = span.traceState
        message.name = span.name
        message.kind = span.spanKind
        message.startTime = UInt64(clamping: span.start)
        message.endTime = UInt64(clamping: span.start) &+ span.duration
        message.attributes = attributes(span.attributes)
        message.status = SpanStatus(message: span.statusMessage, code: span.statusCode)
        message.events = span.events.map {
            SpanEvent(time: UInt64(clamping: $0.time), name: $0.name, attributes: attributes($0.attributes))
        }
        message.links = span.links.map {
            SpanLink(
                traceID: traceID($0.traceID),
                spanID: spanID($0.spanID),
                traceState: $0.traceState,
                attributes: attributes($0.attributes)
            )
        }
        return message
    }

    private static func traceID(_ text: String) -> TraceID {
        TraceID(String(repeating: "0", count: max(0, 32 - text.utf8.count)) + text) ?? .none
    }

    private static func spanID(_ text: String) -> SpanID {
        guard !text.isEmpty else { return .none }
        return SpanID(String(repeating: "0", count: max(0, 16 - text.utf8.count)) + text) ?? .none
    }

    private static func attributes(_ attributes: [String: String]) -> [KeyValue] {
        attributes.sorted { $0.key < $1.key }.map { key, value in
            KeyValue(key: key, value: AttributeTypes.integer(value, of: key).map { .int($0) } ?? .string(value))
        }
    }
}
