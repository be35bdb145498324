/// A mean that stays right where the sum would overflow.
struct RunningMean {
    private var sum = CompensatedSum()
    private var count = 0.0
    /// Takes over from the sum once that overflows.
    private var mean: Double?

    mutating func add(_ value: Double) {
        count += 1
        if let mean {
            // Only an infinity of the other sign, or NaN, changes an infinite mean.
            if mean.isInfinite, !value.isNaN, !value.isInfinite || (value > 0) == (mean > 0) { return }
            self.mean = mean + (value / count - mean / count)
            return
        }
        var next = sum
        next.add(value)
        if next.sum.isInfinite, count > 1 {
            let before = sum.value / (count - 1)
            mean = before
            count -= 1
            add(value)
        } else {
            sum = next
        }
    }

    var value: Double {
        mean ?? sum.value / count
    }
}

/// The population's variance (Welford's algorithm).
struct RunningVariance {
    private var count = 0.0
    private var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let distance = value - mean
        mean += distance / count
        squares += distance * (value - mean)
    }

    var value: Double {
        squares / count
    }
}
