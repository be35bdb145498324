/// A metric's unit, description and kind, which swift-metrics has no place for.
/// Metrics are matched by label.
public struct MetricDescription: Sendable, Hashable {
    /// What a swift-metrics `Meter` or `Gauge` stands for.
    public enum Kind: Sendable, Hashable {
        /// The usual instrument: a counter, a gauge, or a histogram for recorders and timers.
        case standard
        /// A value that goes up and down and adds up over series.
        case upDownCounter
    }

    /// The swift-metrics label.
    public var label: String
    /// The unit, as UCUM writes it: `s`, `ms`, `By`, `{request}`.
    public var unit: String
    /// What it measures, for people.
    public var description: String
    /// What a meter stands for.
    public var kind: Kind
    /// The upper bounds of a histogram's buckets, in the unit; OpenTelemetry's defaults when left out.
    public var boundaries: [Double]?

    /// Describes a metric.
    public init(
        _ label: String,
        unit: String,
        _ description: String,
        kind: Kind = .standard,
        boundaries: [Double]? = nil
    ) {
        self.label = label
        self.unit = unit
        self.description = description
        self.kind = kind
        self.boundaries = boundaries
    }

    /// The buckets that the HTTP semantic conventions advise for durations in seconds.
    public static let secondsBoundaries: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]

    /// OpenTelemetry's default buckets, made for milliseconds.
    public static let defaultBoundaries: [Double] = [
        0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
    ]
}
