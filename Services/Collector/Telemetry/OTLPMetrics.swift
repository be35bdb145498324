import Exposition
import OTLP

/// Takes the collector's figures as metrics of OTLP, all read at one moment.
struct OTLPMetrics: MetricOutput {
    private(set) var metrics: [Metric] = []
    private let start: UInt64
    private let time: UInt64

    /// - Parameters:
    ///   - start: When counting began, in nanoseconds since 1970, UTC.
    ///   - time: When the figures are read.
    init(since start: UInt64, at time: UInt64) {
        self.start = start
        self.time = time
    }

    mutating func family(_ name: String, _ kind: MetricKind, unit: String, _ help: String) {
        let data: MetricData =
            switch kind {
            case .counter: .sum(Sum(aggregationTemporality: .cumulative, isMonotonic: true))
            case .gauge: .gauge(Gauge())
            case .histogram: .histogram(Histogram(aggregationTemporality: .cumulative))
            }
        metrics.append(Metric(name: name, description: help, unit: unit, data: data))
    }

    mutating func sample(_ labels: Labels, _ value: Int) { add(labels, .int(Int64(value))) }

    mutating func sample(_ labels: Labels, _ value: Double) { add(labels, .double(value)) }

    mutating func histogram(_ labels: Labels, _ histogram: DurationHistogram) {
        guard case .histogram(var data)? = metrics.last?.data else { return }
        data.dataPoints.append(
            HistogramDataPoint(
                attributes: attributes(labels),
                startTime: start,
                time: time,
                count: UInt64(histogram.counts.reduce(0, +)),
                sum: histogram.sum,
                bucketCounts: histogram.counts.map(UInt64.init),
                explicitBounds: DurationHistogram.bounds
            )
        )
        metrics[metrics.count - 1].data = .histogram(data)
    }

    private mutating func add(_ labels: Labels, _ value: NumberValue) {
        let point = NumberDataPoint(attributes: attributes(labels), startTime: start, time: time, value: value)
        switch metrics.last?.data {
        case .sum(var data):
            data.dataPoints.append(point)
            metrics[metrics.count - 1].data = .sum(data)
        case .gauge(var data):
            data.dataPoints.append(point)
            metrics[metrics.count - 1].data = .gauge(data)
        default: break
        }
    }

    private func attributes(_ labels: Labels) -> [KeyValue] {
        labels.map { KeyValue(key: $0.0, value: .string($0.1)) }
    }
}
