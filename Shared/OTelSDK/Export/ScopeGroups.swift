import OTLP

/// Items in the order in which their scopes first came. Neighbours usually share a scope, so the last one is tried
/// first.
struct ScopeGroups<Item> {
    private(set) var groups: [(scope: Scope, items: [Item])] = []
    private var indices: [Scope: Int] = [:]
    private var last: (reference: ScopeReference, index: Int)?

    mutating func append(_ item: Item, _ reference: ScopeReference) {
        if let last, last.reference === reference {
            groups[last.index].items.append(item)
            return
        }
        let index = append(item, to: reference.scope)
        last = (reference, index)
    }

    @discardableResult
    mutating func append(_ item: Item, to scope: Scope) -> Int {
        if let index = indices[scope] {
            groups[index].items.append(item)
            return index
        }
        indices[scope] = groups.count
        groups.append((scope, [item]))
        return groups.count - 1
    }
}

extension ExportTraceServiceRequest {
    /// A batch of spans, by resource and scope.
    init(_ spans: [ReadableSpan]) {
        var batches: [(resource: TelemetryResource, spans: ScopeGroups<OTLP.Span>)] = []
        var scopes: [String: Scope] = [:]
        for span in spans {
            if batches.last?.resource != span.resource {
                if let index = batches.firstIndex(where: { $0.resource == span.resource }) {
                    batches.append(batches.remove(at: index))
                } else {
                    batches.append((span.resource, ScopeGroups()))
                }
            }
            let last = batches.count - 1
            switch span.span.origin {
            case .scope(let reference): batches[last].spans.append(span.otlp, reference.takeUnretainedValue())
            case .passingScope(let reference): batches[last].spans.append(span.otlp, reference)
            case .file(let file):
                let scope = scopes[file] ?? span.scope
                scopes[file] = scope
                batches[last].spans.append(span.otlp, to: scope)
            }
        }
        self.init(
            resourceSpans: batches.map { batch in
                ResourceSpans(
                    resource: batch.resource.otlp,
                    scopeSpans: batch.spans.groups.map {
                        ScopeSpans(scope: $0.scope.otlp, spans: $0.items, schemaURL: $0.scope.schemaURL)
                    },
                    schemaURL: batch.resource.schemaURL
                )
            }
        )
    }
}

extension ExportLogsServiceRequest {
    /// A batch of log records, by resource and scope.
    init(_ records: [ReadableLogRecord]) {
        var batches: [(resource: TelemetryResource, records: ScopeGroups<OTLP.LogRecord>)] = []
        for record in records {
            if batches.last?.resource != record.resource {
                if let index = batches.firstIndex(where: { $0.resource == record.resource }) {
                    batches.append(batches.remove(at: index))
                } else {
                    batches.append((record.resource, ScopeGroups()))
                }
            }
            batches[batches.count - 1].records.append(record.record, record.scopeReference)
        }
        self.init(
            resourceLogs: batches.map { batch in
                ResourceLogs(
                    resource: batch.resource.otlp,
                    scopeLogs: batch.records.groups.map {
                        ScopeLogs(scope: $0.scope.otlp, logRecords: $0.items, schemaURL: $0.scope.schemaURL)
                    },
                    schemaURL: batch.resource.schemaURL
                )
            }
        )
    }
}
