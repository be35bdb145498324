import ClickHouseHTTP

/// A span of time in nanoseconds since the epoch, both ends included, that `DateTime64(9)` can hold.
struct NanosecondSpan: Hashable, Sendable {
    private static let storable: ClosedRange<Int64> = 0...4_102_444_800_000_000_000

    let from: Int64
    let through: Int64

    /// The part of a span that can be stored.
    init(from: Int64, through: Int64) {
        self.from = min(max(from, Self.storable.lowerBound), Self.storable.upperBound)
        self.through = min(max(through, Self.storable.lowerBound), Self.storable.upperBound)
    }

    /// Whether no time is in it.
    var isEmpty: Bool { from > through }

    /// `from` and `through` for statements.
    var parameters: [String: ClickHouseParameter] {
        ["from": ClickHouseParameter(from), "through": ClickHouseParameter(through)]
    }
}
