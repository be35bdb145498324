import OTLP

/// The spans of a request, by where they come from.
///
/// The estimates are upper bounds for what hostile input could make of a small request: a resource's attributes stand
/// in each of its rows.
struct SpanBatch: Sendable {
    private static let sizePerRow = 250

    private(set) var groups: [(source: TelemetrySource, spans: [Span])] = []
    private(set) var count = 0
    /// Spans without a trace id or a span id, which OTLP calls invalid.
    private(set) var invalidCount = 0
    private(set) var estimatedSize = 0

    init(_ request: ExportTraceServiceRequest) {
        for resource in request.resourceSpans {
            for scope in resource.scopeSpans {
                let valid = scope.spans.allSatisfy(Self.isValid) ? scope.spans : scope.spans.filter(Self.isValid)
                invalidCount += scope.spans.count - valid.count
                guard !valid.isEmpty else { continue }
                let source = TelemetrySource(
                    resource: resource.resource,
                    resourceSchemaURL: resource.schemaURL,
                    scope: scope.scope,
                    scopeSchemaURL: scope.schemaURL
                )
                groups.append((source, valid))
                count += valid.count
                estimatedSize += valid.count * (source.sizePerRow + Self.sizePerRow)
            }
        }
    }

    private static func isValid(_ span: Span) -> Bool { span.traceID.isValid && span.spanID.isValid }
}

/// The log records of a request, by where they come from.
struct LogBatch: Sendable {
    private static let sizePerRow = 150

    private(set) var groups: [(source: TelemetrySource, records: [LogRecord])] = []
    private(set) var count = 0
    private(set) var estimatedSize = 0

    init(_ request: ExportLogsServiceRequest) {
        for resource in request.resourceLogs {
            for scope in resource.scopeLogs where !scope.logRecords.isEmpty {
                let source = TelemetrySource(
                    resource: resource.resource,
                    resourceSchemaURL: resource.schemaURL,
                    scope: scope.scope,
                    scopeSchemaURL: scope.schemaURL
                )
                groups.append((source, scope.logRecords))
                count += scope.logRecords.count
                estimatedSize += scope.logRecords.count * (source.sizePerRow + Self.sizePerRow)
            }
        }
    }
}

/// The metrics of a request, by their kind: each kind has a table of its own.
struct MetricBatch: Sendable {
    private static let sizePerRow = 250

    /// A metric of one kind, with where it comes from.
    struct Entry<Kind: Sendable>: Sendable {
        let data: Kind
        let metric: Metric
        let source: TelemetrySource
    }

    private(set) var gauges: [Entry<Gauge>] = []
    private(set) var sums: [Entry<Sum>] = []
    private(set) var histograms: [Entry<Histogram>] = []
    private(set) var exponentialHistograms: [Entry<ExponentialHistogram>] = []
    private(set) var summaries: [Entry<Summary>] = []
    private(set) var count = 0
    private(set) var estimatedSize = 0

    init(_ request: ExportMetricsServiceRequest) {
        for resource in request.resourceMetrics {
            for scope in resource.scopeMetrics {
                let source = TelemetrySource(
                    resource: resource.resource,
                    resourceSchemaURL: resource.schemaURL,
                    scope: scope.scope,
                    scopeSchemaURL: scope.schemaURL
                )
                for metric in scope.metrics { add(metric, from: source) }
            }
        }
    }

    private mutating func add(_ metric: Metric, from source: TelemetrySource) {
        var header = metric
        header.data = .none
        let points: Int
        switch metric.data {
        case .none: points = 0
        case .gauge(let gauge):
            points = gauge.dataPoints.count
            gauges.append(Entry(data: gauge, metric: header, source: source))
        case .sum(let sum):
            points = sum.dataPoints.count
            sums.append(Entry(data: sum, metric: header, source: source))
        case .histogram(let histogram):
            points = histogram.dataPoints.count
            histograms.append(Entry(data: histogram, metric: header, source: source))
        case .exponentialHistogram(let histogram):
            points = histogram.dataPoints.count
            exponentialHistograms.append(Entry(data: histogram, metric: header, source: source))
        case .summary(let summary):
            points = summary.dataPoints.count
            summaries.append(Entry(data: summary, metric: header, source: source))
        }
        count += points
        let texts = metric.name.utf8.count + metric.description.utf8.count + metric.unit.utf8.count
        estimatedSize += points * (source.sizePerRow + texts + Self.sizePerRow)
    }
}
