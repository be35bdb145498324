import OTLP

/// The last value; for observed sums, the total that was observed last and the one before.
final class LastValueAggregator: Aggregator {
    private(set) var value: NumberValue?
    /// What the last collection saw, from which a delta is counted.
    var previous: NumberValue?

    /// Whether the last collection found no value for it.
    var hasSkipped = false

    override func record(_ value: NumberValue) -> Bool {
        isFresh = true
        hasSkipped = false
        self.value = value
        return true
    }

    override func reset(at time: UInt64) {
        super.reset(at: time)
        value = nil
    }
}
