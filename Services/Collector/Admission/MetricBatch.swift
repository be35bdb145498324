import OTLP

/// The points of a request that can be stored, by the kind of their metric: each kind has a table of its own.
struct MetricBatch {
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
    private(set) var rejections = Rejections()
    private(set) var estimatedSize = 0

    init(_ request: ExportMetricsServiceRequest, _ times: StorableTimes) {
        for resource in request.resourceMetrics {
            for scope in resource.scopeMetrics {
                let source = TelemetrySource(
                    resource: resource.resource,
                    resourceSchemaURL: resource.schemaURL,
                    scope: scope.scope,
                    scopeSchemaURL: scope.schemaURL
                )
                for metric in scope.metrics { add(metric, from: source, times) }
            }
        }
    }

    private mutating func add(_ metric: Metric, from source: TelemetrySource, _ times: StorableTimes) {
        var header = metric
        header.data = .none
        let points: Int
        switch metric.data {
        case .none: points = 0
        case .gauge(var gauge):
            keep(&gauge.dataPoints, times)
            points = gauge.dataPoints.count
            gauges.append(Entry(data: gauge, metric: header, source: source))
        case .sum(var sum):
            keep(&sum.dataPoints, times)
            points = sum.dataPoints.count
            sums.append(Entry(data: sum, metric: header, source: source))
        case .histogram(var histogram):
            keep(&histogram.dataPoints, times)
            points = histogram.dataPoints.count
            histograms.append(Entry(data: histogram, metric: header, source: source))
        case .exponentialHistogram(var histogram):
            keep(&histogram.dataPoints, times)
            points = histogram.dataPoints.count
            exponentialHistograms.append(Entry(data: histogram, metric: header, source: source))
        case .summary(var summary):
            keep(&summary.dataPoints, times)
            points = summary.dataPoints.count
            summaries.append(Entry(data: summary, metric: header, source: source))
        }
        count += points
        let texts = metric.name.utf8.count + metric.description.utf8.count + metric.unit.utf8.count
        estimatedSize += points * (source.sizePerRow + texts + Self.sizePerRow)
    }

    private mutating func keep<Point: MetricPoint>(_ points: inout [Point], _ times: StorableTimes) {
        let asTheyAre = points.allSatisfy { $0.time != 0 && times.rejection(of: $0.time) == nil }
        if asTheyAre { return }
        points = points.compactMap { point in
            var point = point
            point.time = times.known(point.time)
            guard let reason = times.rejection(of: point.time) else { return point }
            rejections.add(reason)
            return nil
        }
    }
}

/// What all kinds of points have.
private protocol MetricPoint {
    var time: UInt64 { get set }
}

extension NumberDataPoint: MetricPoint {}
extension HistogramDataPoint: MetricPoint {}
extension ExponentialHistogramDataPoint: MetricPoint {}
extension SummaryDataPoint: MetricPoint {}
