/// How much a query may use.
public struct LogQLLimits: Hashable, Sendable {
    /// How many values and counts may be in memory at a time: 5 million by default, of 16 bytes each.
    public var samples: Int
    /// How many series may be made of lines before they are aggregated: 100,000 by default.
    public var series: Int
    /// How many series an answer may have: 500 by default, as with Loki.
    public var resultSeries: Int
    /// How many bytes the lines of an answer may have: 64 MiB by default.
    public var lineBytes: Int

    /// Limits.
    public init(
        samples: Int = 5_000_000,
        series: Int = 100_000,
        resultSeries: Int = 500,
        lineBytes: Int = 64 << 20
    ) {
        self.samples = samples
        self.series = series
        self.resultSeries = resultSeries
        self.lineBytes = lineBytes
    }
}
