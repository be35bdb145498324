import ClickHouseHTTP

/// A span of time that ClickHouse can be asked about, in milliseconds since the epoch, both ends included.
///
/// Times of clients go to the ends of 64 bits (Grafana probes the year 58000); `DateTime` ends in 2106. This ends with 2099.
struct TimeSpan: Hashable, Sendable {
    private static let storable: ClosedRange<Int64> = 0...4_102_444_800_000

    let from: Int64
    let through: Int64

    /// The part of a span that can be stored.
    init(from: Int64, through: Int64) {
        self.from = min(max(from, Self.storable.lowerBound), Self.storable.upperBound)
        self.through = min(max(through, Self.storable.lowerBound), Self.storable.upperBound)
    }

    /// Whether no time is in it.
    var isEmpty: Bool { from > through }

    /// Its length in milliseconds.
    var length: Int64 { max(0, through - from) }

    /// `from` and `through` for statements.
    var parameters: [String: ClickHouseParameter] {
        ["from": ClickHouseParameter(from), "through": ClickHouseParameter(through)]
    }
}
