/// A query of TraceQL: which spans of which traces, what of them, and what figures over time.
public struct TraceQuery: Hashable, Sendable {
    /// Which spans a trace must have.
    public var spans: SpansetExpression
    /// What follows, each after a `|`.
    public var stages: [SpansetStage]
    /// The figures over time that end it; `nil` for a search.
    public var metric: MetricStage?
    /// What `with(...)` says.
    public var hints: [QueryHint]

    /// Puts a query together.
    public init(
        _ spans: SpansetExpression,
        stages: [SpansetStage] = [],
        metric: MetricStage? = nil,
        hints: [QueryHint] = []
    ) {
        self.spans = spans
        self.stages = stages
        self.metric = metric
        self.hints = hints
    }
}

/// `most_recent=true` of `with(most_recent=true)`.
public struct QueryHint: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What it is set to.
    public let value: LiteralValue
}
