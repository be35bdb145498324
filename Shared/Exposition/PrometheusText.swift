/// Writes metrics in Prometheus' text format 0.0.4. Names are written as they are given: the unit is part of them or
/// is not said.
public struct PrometheusText: MetricOutput {
    /// The `Content-Type` of the text.
    public static let contentType = "text/plain; version=0.0.4"

    /// What is written so far.
    public private(set) var text = ""
    private var name = ""

    /// Creates a text without metrics.
    public init() {}

    /// Writes what the metric is.
    public mutating func family(_ name: String, _ kind: MetricKind, unit: String, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Writes a line.
    public mutating func sample(_ labels: Labels, _ value: Int) { line("", labels, "\(value)") }

    /// Writes a line.
    public mutating func sample(_ labels: Labels, _ value: Double) { line("", labels, "\(value)") }

    /// Writes a line for each bucket, and the sum and the count.
    public mutating func histogram(_ labels: Labels, _ histogram: DurationHistogram) {
        var total = 0
        for (index, count) in histogram.counts.enumerated() {
            total += count
            let bound = index < DurationHistogram.bounds.count ? "\(DurationHistogram.bounds[index])" : "+Inf"
            line("_bucket", labels + [("le", bound)], "\(total)")
        }
        line("_sum", labels, "\(histogram.sum)")
        line("_count", labels, "\(total)")
    }

    private mutating func line(_ suffix: String, _ labels: Labels, _ value: String) {
        text += name + suffix
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }
}
