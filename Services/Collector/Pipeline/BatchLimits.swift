/// When rows become an insert.
struct BatchLimits: Sendable, Equatable {
    /// So many rows are inserted at once without waiting longer; 5,000 by default.
    var rows = 5_000
    /// So many bytes are; 4 MiB by default.
    var bytes = 4 << 20
    /// How far apart inserts are at least, while there is less; 1 s by default.
    var interval: Duration = .seconds(1)
    /// How long the first rows after a pause wait for company; 100 ms by default.
    var linger: Duration = .milliseconds(100)

    /// While ClickHouse is slower than the rows come, batches grow to about so many rows.
    var parcelRows: Int { rows * 10 }
    /// And about so many bytes.
    var parcelBytes: Int { bytes * 2 }
}
