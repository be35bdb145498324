/// The times at which an expression is evaluated.
public struct StepGrid: Hashable, Sendable {
    /// Milliseconds since the epoch of the first step.
    public let start: Int64
    /// Milliseconds from one step to the next.
    public let step: Int64
    /// How many steps there are.
    public let count: Int

    /// Steps from a start up to an end, which need not be one of them.
    public init(start: Int64, end: Int64, step: Int64) {
        self.start = start
        self.step = max(step, 1)
        count = end < start ? 0 : Int((end - start) / max(step, 1)) + 1
    }

    /// One time.
    init(at time: Int64) {
        self.init(start: time, end: time, step: 1)
    }

    /// The last step.
    public var end: Int64 {
        time(count - 1)
    }

    /// Milliseconds since the epoch of a step.
    public func time(_ index: Int) -> Int64 {
        start + Int64(index) * step
    }

    var isInstant: Bool {
        count == 1
    }
}
