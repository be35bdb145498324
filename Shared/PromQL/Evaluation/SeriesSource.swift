/// Where the samples come from. The engine does no input or output itself: it asks a source.
public protocol SeriesSource: Sendable {
    /// Hands over the series that a request describes, one after the other.
    ///
    /// No two may have the same labels. The engine works on each series before it takes the next, so a source that
    /// streams holds one series at a time. What `body` throws ends the query and must be thrown on.
    func forEachSeries(_ request: SeriesRequest, _ body: (SampledSeries) throws -> Void) async throws
}

/// Which samples of which series a query needs.
public struct SeriesRequest: Hashable, Sendable {
    /// The conditions, all of which a series must satisfy.
    public var matchers: [LabelMatcher]
    /// Milliseconds since the epoch: samples must be later than this.
    public var after: Int64
    /// Milliseconds since the epoch: samples must not be later than this.
    public var through: Int64
    /// The function whose argument the samples are, such as `rate`; for sources that can make use of it.
    public var function: String?
    /// The time between two steps of the query in milliseconds, 0 where there is one step.
    public var step: Int64
    /// The length of each window of a range vector in milliseconds; 0 where the newest sample of each step is wanted.
    public var range: Int64

    /// A request.
    public init(
        matchers: [LabelMatcher],
        after: Int64,
        through: Int64,
        function: String? = nil,
        step: Int64 = 0,
        range: Int64 = 0
    ) {
        self.matchers = matchers
        self.after = after
        self.through = through
        self.function = function
        self.step = step
        self.range = range
    }
}

/// A series and its samples.
public struct SampledSeries: Sendable {
    /// What tells it from others.
    public var labels: Labels
    /// Milliseconds since the epoch, ascending, each once.
    public var timestamps: [Int64]
    /// The value at each of the timestamps; ``StaleMarker/value`` says that the series ended there.
    public var values: [Double]
    /// How many measurements each sample stands for, where a source gives what was made of them; `nil` for one each.
    ///
    /// For `avg_over_time` and `count_over_time` a value is then the sum of its measurements, and `rate`, `increase` and
    /// `delta` take the weights for the number of samples. No other function looks at them.
    public var weights: [UInt64]?

    /// A series of as many timestamps as values, and as many weights where there are any.
    public init(labels: Labels, timestamps: [Int64], values: [Double], weights: [UInt64]? = nil) {
        self.labels = labels
        self.timestamps = timestamps
        self.values = values
        self.weights = weights
    }
}
