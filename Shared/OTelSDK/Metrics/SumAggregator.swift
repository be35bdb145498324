import OTLP

/// A sum, which ends at the largest value that its type has.
final class SumAggregator: Aggregator {
    private(set) var integer: Int64 = 0
    private(set) var double: Double = 0

    @inline(__always)
    override func record(_ value: NumberValue) -> Bool {
        isFresh = true
        switch value {
        case .int(let value):
            let (sum, overflow) = integer.addingReportingOverflow(value)
            integer = overflow ? (value < 0 ? .min : .max) : sum
            return !overflow
        case .double(let value): return double.add(saturating: value)
        }
    }

    override func reset(at time: UInt64) {
        super.reset(at: time)
        integer = 0
        double = 0
    }
}

extension Double {
    /// Adds a number; where the sum would be infinite it is the largest number, and the answer `false`.
    @inline(__always)
    mutating func add(saturating number: Double) -> Bool {
        let sum = self + number
        guard sum.isFinite else {
            self = number < 0 ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude
            return false
        }
        self = sum
        return true
    }
}
