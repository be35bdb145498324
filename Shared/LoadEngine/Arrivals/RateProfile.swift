import Glibc

/// How many visits start each second, as a function of time since the run began.
///
/// Everything is expressed by the number of starts until a moment, which has a closed form for every shape: the moment
/// of a start is where that number is reached, so that an hour of starts neither drifts nor depends on how often it
/// is sampled.
package enum RateProfile: Sendable, Hashable {
    /// A constant rate.
    case constant(Double)
    /// From one rate to another over a time, and on at the second.
    case ramp(from: Double, to: Double, over: Double)
    /// Rates that each last some seconds; the last one stays.
    case steps([Step])
    /// A base rate, and another one for some seconds.
    case spike(base: Double, peak: Double, at: Double, lasting: Double)
    /// A compressed day: a sine around a mean, lowest at the start.
    case day(mean: Double, amplitude: Double, period: Double)

    /// A rate that lasts.
    package struct Step: Sendable, Hashable {
        /// Starts a second.
        package let rate: Double
        /// Seconds.
        package let lasting: Double
    }

    /// Starts a second at a moment.
    package func rate(at time: Double) -> Double {
        switch self {
        case .constant(let rate): return rate
        case .ramp(let from, let to, let over): return from + (to - from) * min(1, time / over)
        case .steps(let steps):
            var end = 0.0
            for step in steps {
                end += step.lasting
                if time < end { return step.rate }
            }
            return steps.last?.rate ?? 0
        case .spike(let base, let peak, let at, let lasting):
            return time >= at && time < at + lasting ? peak : base
        case .day(let mean, let amplitude, let period):
            return mean - amplitude * cos(2 * .pi * time / period)
        }
    }

    /// How many starts there were until a moment.
    package func starts(until time: Double) -> Double {
        switch self {
        case .constant(let rate): return rate * time
        case .ramp(let from, let to, let over):
            let rising = min(time, over)
            return from * rising + (to - from) * rising * rising / (2 * over) + to * max(0, time - over)
        case .steps(let steps):
            var (starts, begin) = (0.0, 0.0)
            for step in steps where time > begin {
                starts += step.rate * min(step.lasting, time - begin)
                begin += step.lasting
            }
            return starts + (steps.last?.rate ?? 0) * max(0, time - begin)
        case .spike(let base, let peak, let at, let lasting):
            let inside = max(0, min(time, at + lasting) - at)
            return base * (time - inside) + peak * inside
        case .day(let mean, let amplitude, let period):
            return mean * time - amplitude * period / (2 * .pi) * sin(2 * .pi * time / period)
        }
    }

    /// When the number of starts is reached, in seconds; found to a microsecond.
    package func time(ofStart number: Double, notBefore earliest: Double) -> Double {
        if case .constant(let rate) = self { return number / rate }
        var low = earliest
        var high = max(earliest, 1)
        while starts(until: high) < number { high *= 2 }
        while high - low > 1e-6 {
            let middle = (low + high) / 2
            if starts(until: middle) < number { low = middle } else { high = middle }
        }
        return high
    }
}
