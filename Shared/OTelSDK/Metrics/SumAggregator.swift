import OTLP

/// A sum. Integers wrap around where they overflow.
final class SumAggregator: Aggregator {
    private(set) var integer: Int64 = 0
    private(set) var double: Double = 0

    @inline(__always)
    override func record(_ value: NumberValue) {
        isFresh = true
        switch value {
        case .int(let value): integer &+= value
        case .double(let value): double += value
        }
    }

    override func reset(at time: UInt64) {
        super.reset(at: time)
        integer = 0
        double = 0
    }
}
