/// What a query gave.
public struct QueryResult: Sendable {
    /// The value.
    public var value: QueryValue
    /// What may be wrong with the value, in Prometheus' words.
    public var warnings: [String]
    /// What may be of interest about the query, in Prometheus' words.
    public var infos: [String]
    /// How many samples were read from the source.
    public var samplesRead: Int
}

/// The value of a query. Times are milliseconds since the epoch.
public enum QueryValue: Sendable {
    /// A number, at the time of the evaluation.
    case scalar(Double, at: Int64)
    /// A text, at the time of the evaluation.
    case string(String, at: Int64)
    /// Series with one sample each, at the time of the evaluation.
    case vector([VectorSample], at: Int64)
    /// Series with samples, sorted by their labels.
    case matrix([SampledSeries])
}

/// An element of an instant vector.
public struct VectorSample: Hashable, Sendable {
    /// What tells it from others.
    public var labels: Labels
    /// The value.
    public var value: Double

    /// An element.
    public init(labels: Labels, value: Double) {
        self.labels = labels
        self.value = value
    }
}
