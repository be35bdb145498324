import OTLP

/// The spans of a request that can be stored, by where they come from.
///
/// The estimates here and in the other batches are upper bounds for what hostile input could make of a small request: a
/// resource's attributes stand in each of its rows.
struct SpanBatch: TelemetryBatch {
    static let signal = Signal.spans
    private static let sizePerRow = 250

    private(set) var groups: [(source: TelemetrySource, spans: [Span])] = []
    private(set) var count = 0
    private(set) var rejections = Rejections()
    private(set) var estimatedSize = 0

    init(_ request: ExportTraceServiceRequest, _ times: StorableTimes) {
        for resource in request.resourceSpans {
            for scope in resource.scopeSpans {
                let kept = keep(scope.spans, times)
                guard !kept.isEmpty else { continue }
                let source = TelemetrySource(
                    resource: resource.resource,
                    resourceSchemaURL: resource.schemaURL,
                    scope: scope.scope,
                    scopeSchemaURL: scope.schemaURL
                )
                groups.append((source, kept))
                count += kept.count
                estimatedSize += kept.count * (source.sizePerRow + Self.sizePerRow)
            }
        }
    }

    static func blocks(of batches: [SpanBatch]) -> [TableBlock] {
        var rows = SpanRows()
        for (source, spans) in batches.lazy.flatMap(\.groups) { rows.append(spans, from: source) }
        return [TableBlock(rows)].compactMap(\.self)
    }

    private mutating func keep(_ spans: [Span], _ times: StorableTimes) -> [Span] {
        let asTheyAre = spans.allSatisfy { $0.startTime != 0 && Self.rejection(of: $0, times) == nil }
        if asTheyAre { return spans }
        return spans.compactMap { span in
            var span = span
            span.startTime = times.known(span.startTime, span.endTime)
            guard let reason = Self.rejection(of: span, times) else { return span }
            rejections.add(reason)
            return nil
        }
    }

    private static func rejection(of span: Span, _ times: StorableTimes) -> Rejection? {
        guard span.traceID.isValid, span.spanID.isValid else { return .withoutID }
        return times.rejection(of: span.startTime)
    }
}
