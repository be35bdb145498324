/// What a metric does.
public enum MetricKind: String, Sendable {
    /// It only grows, until the process begins anew.
    case counter
    /// It goes up and down.
    case gauge
    /// It counts values in buckets.
    case histogram
}

/// Takes the figures of a process, metric by metric: as text for who asks, or as points for who stores them.
public protocol MetricOutput {
    /// Labels with their values, which are words and templates of the process itself.
    typealias Labels = [(String, String)]

    /// Begins a metric; the values that follow are its.
    ///
    /// - Parameter unit: As UCUM writes it: `s`, `By`, `{row}`.
    mutating func family(_ name: String, _ kind: MetricKind, unit: String, _ help: String)

    /// Writes one value of the metric.
    mutating func sample(_ labels: Labels, _ value: Int)

    /// Writes one value of the metric.
    mutating func sample(_ labels: Labels, _ value: Double)

    /// Writes one distribution of the metric.
    mutating func histogram(_ labels: Labels, _ histogram: DurationHistogram)
}
