/// The moment by which the current request must be answered.
///
/// A deadline is set once, where the request enters the shop, and is then the task's own: whatever waits on the
/// request's behalf reads ``current`` by default, so it need not be passed on. Child tasks and tasks created with
/// `Task { }` inherit it; `Task.detached` does not. Between processes it travels as what is left, so that no clock
/// needs to agree with another.
public struct Deadline: Sendable, Hashable {
    /// The deadline of the current task; `nil` when nothing limits it.
    @TaskLocal public static var current: Deadline?

    /// When it passes, on this process's monotonic clock.
    public let instant: ContinuousClock.Instant

    /// Creates a deadline at an instant of the monotonic clock.
    public init(at instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    /// A deadline that passes after the given time.
    public static func after(_ budget: Duration) -> Deadline {
        Deadline(at: .now + budget)
    }

    /// What is left; zero once it has passed.
    public var remaining: Duration {
        max(.zero, ContinuousClock.now.duration(to: instant))
    }

    /// Whether it has passed.
    public var hasPassed: Bool { instant <= .now }

    /// Runs an operation under this deadline, or under the task's own when that one is earlier.
    public func enforce<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ operation: () async throws -> Result
    ) async rethrows -> Result {
        try await Self.$current.withValue(min(self, Self.current ?? self), operation: operation)
    }

    /// Runs an operation without a deadline: for what has to be done also when the request's time is over, such as
    /// writing down how it ended. Limits of its own still apply to everything in it.
    public static func lifted<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ operation: () async throws -> Result
    ) async rethrows -> Result {
        try await $current.withValue(nil, operation: operation)
    }
}

extension Deadline: Comparable {
    /// Orders deadlines by the moment at which they pass.
    public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}
