import OTLP

extension ExportTraceServiceRequest {
    /// A batch of spans of one resource, by instrumentation scope.
    init(_ records: [SpanRecord], resource: Resource) {
        var order: [String] = []
        var spans: [String: [OTLP.Span]] = [:]
        for record in records {
            if spans[record.scope] == nil { order.append(record.scope) }
            spans[record.scope, default: []].append(record.span)
        }
        self.init(resourceSpans: [
            ResourceSpans(
                resource: resource,
                scopeSpans: order.map { ScopeSpans(scope: InstrumentationScope(name: $0), spans: spans[$0] ?? []) }
            )
        ])
    }
}

extension ExportLogsServiceRequest {
    /// A batch of log records of one resource, by logger.
    init(_ records: [ScopedLogRecord], resource: Resource) {
        var order: [String] = []
        var logs: [String: [LogRecord]] = [:]
        for record in records {
            if logs[record.scope] == nil { order.append(record.scope) }
            logs[record.scope, default: []].append(record.record)
        }
        self.init(resourceLogs: [
            ResourceLogs(
                resource: resource,
                scopeLogs: order.map { ScopeLogs(scope: InstrumentationScope(name: $0), logRecords: logs[$0] ?? []) }
            )
        ])
    }
}
