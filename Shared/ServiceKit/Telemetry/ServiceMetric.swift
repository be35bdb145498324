/// The unit, description and kind of one of a service's own metrics, which swift-metrics has no place for.
///
/// Each service passes its own to ``ServiceProcess/run(_:port:metrics:untracedPaths:settings:assemble:)``.
public struct ServiceMetric: Sendable, Hashable {
    /// The label that the metric is made with.
    public let label: String
    /// The unit as UCUM writes it: `s`, `By`, `{order}`.
    public let unit: String
    /// What it measures, for people.
    public let meaning: String
    /// Whether a meter of this label goes up and down and adds up over series and processes, such as a number of open
    /// sessions; otherwise it is a gauge.
    public let addsUp: Bool

    /// Describes a metric.
    public init(_ label: String, unit: String, _ meaning: String, addsUp: Bool = false) {
        self.label = label
        self.unit = unit
        self.meaning = meaning
        self.addsUp = addsUp
    }
}
