/// When rows become an insert.
struct BatchLimits: Sendable, Equatable {
    /// So many rows are inserted at once without waiting longer; 50,000 by default: ClickHouse merges what inserts leave,
    /// and needs a third of the time for one row when ten times as many come together.
    var rows = 50_000
    /// So many bytes are; 32 MiB by default.
    var bytes = 32 << 20
    /// How far apart inserts are at least, while there is less; 1 s by default.
    var interval: Duration = .seconds(1)
    /// How long the first rows after a pause wait for company; 100 ms by default.
    var linger: Duration = .milliseconds(100)

    /// While ClickHouse is slower than the rows come, batches grow to about so many rows.
    var parcelRows: Int { rows * 10 }
    /// And about so many bytes.
    var parcelBytes: Int { bytes * 2 }
}
