import OTLP

/// The state of one series. The stream's lock guards it.
class Aggregator {
    /// When the series began, in nanoseconds since 1970.
    var startTime: UInt64
    /// Whether something was recorded since the last collection.
    var isFresh = false
    final var reservoir: (any ExemplarReservoir)?

    init(startTime: UInt64, reservoir: (any ExemplarReservoir)?) {
        self.startTime = startTime
        self.reservoir = reservoir
    }

    /// Takes a measurement; `false` when a sum has reached the largest value that it can have, and stays there.
    func record(_ value: NumberValue) -> Bool { true }

    /// Resets the state, for delta temporality.
    func reset(at time: UInt64) {
        startTime = time
        isFresh = false
    }
}

extension NumberValue {
    @inline(__always)
    var double: Double {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        }
    }
}
