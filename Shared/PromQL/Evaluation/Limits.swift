/// How much a query may use.
public struct QueryLimits: Hashable, Sendable {
    /// How many samples may be in memory at a time: 50 million by default. One takes 8 to 16 bytes.
    public var samples: Int
    /// How many series may be selected by a query: 1 million by default.
    public var series: Int

    /// Limits, Prometheus' by default; it has none on series.
    public init(samples: Int = 50_000_000, series: Int = 1_000_000) {
        self.samples = samples
        self.series = series
    }
}

/// What of its limits a query has used.
struct Usage {
    let limits: QueryLimits
    private(set) var samplesRead = 0
    private var samplesHeld = 0
    private var seriesSelected = 0

    init(_ limits: QueryLimits) {
        self.limits = limits
    }

    mutating func hold(_ samples: Int) throws(EvaluationError) {
        samplesHeld += samples
        guard samplesHeld <= limits.samples else {
            throw EvaluationError(
                "query processing would load too many samples into memory in query execution",
                .limit
            )
        }
    }

    mutating func release(_ samples: Int) {
        samplesHeld -= samples
    }

    /// A series was read, with so many samples.
    mutating func read(_ samples: Int) throws(EvaluationError) {
        samplesRead += samples
        seriesSelected += 1
        guard seriesSelected <= limits.series else {
            throw EvaluationError("query selects too many series: at most \(limits.series) are allowed", .limit)
        }
        try check(samples)
    }

    /// Whether so many more could be held.
    func check(_ samples: Int) throws(EvaluationError) {
        var copy = self
        try copy.hold(samples)
    }
}
