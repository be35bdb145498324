import OTLP

/// The last value; for observed sums, the total that was observed last and the one before.
final class LastValueAggregator: Aggregator {
    private(set) var value: NumberValue?
    /// What the last collection saw, from which a delta is counted.
    var previous: NumberValue?

    override func record(_ value: NumberValue) {
        isFresh = true
        self.value = value
    }

    override func reset(at time: UInt64) {
        super.reset(at: time)
        value = nil
    }
}
