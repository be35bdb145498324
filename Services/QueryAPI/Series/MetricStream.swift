/// What OpenTelemetry calls a metric: a name with the kind and the unit that its points have.
struct MetricStream: Hashable, Sendable {
    /// The kinds of points, as the catalogue writes them.
    enum Kind: String, Sendable {
        case gauge
        /// A monotonic sum.
        case counter
        /// A sum that is not monotonic.
        case sum
        case histogram
        case exponentialHistogram = "exponential_histogram"
        case summary
    }

    /// The name as OpenTelemetry has it, such as `http.server.request.duration`.
    let name: String
    let kind: Kind
    /// Whether points say what happened since the point before, and not since the beginning.
    let isDelta: Bool
    /// The unit as UCUM writes it.
    let unit: String

    /// The name of all its series in Prometheus, without the suffix of a part.
    var family: String { PrometheusNames.metric(name, unit: unit, kind: kind) }

    /// The parts of its points that are series of their own.
    var parts: [SamplePart] {
        switch kind {
        case .gauge, .counter, .sum: [.value]
        case .histogram: [.bucket, .count, .sum]
        case .summary: [.quantile, .count, .sum]
        // A native histogram, which the query language here does not have.
        case .exponentialHistogram: []
        }
    }

    /// The type as Prometheus' metadata has it.
    var prometheusType: String {
        switch kind {
        case .gauge, .sum: "gauge"
        case .counter: "counter"
        case .histogram, .exponentialHistogram: "histogram"
        case .summary: "summary"
        }
    }
}

/// A part of a metric's points that is a series in Prometheus.
enum SamplePart: Hashable, Sendable {
    case value
    case count
    case sum
    /// One series for each upper bound, with the label `le`.
    case bucket
    /// One series for each quantile, with the label `quantile`.
    case quantile

    /// What the series' name has after the family's.
    var suffix: String {
        switch self {
        case .value, .quantile: ""
        case .count: "_count"
        case .sum: "_sum"
        case .bucket: "_bucket"
        }
    }

    /// The label that tells the series of one point apart.
    var label: String? {
        switch self {
        case .bucket: "le"
        case .quantile: "quantile"
        case .value, .count, .sum: nil
        }
    }
}
