import Tracing

/// The moment by which the whole request must be answered.
///
/// A deadline is set once, where the request enters the shop, and travels with it: in the task's context inside a
/// process, and as what is *left* (milliseconds, in ``headerName``) between processes, so that no clock needs to agree
/// with another. A callee never gets more time than its caller has.
public struct Deadline: Sendable, Hashable {
    /// The request header that carries the remaining milliseconds.
    public static let headerName = "request-timeout-ms"

    /// When it passes, on this process's monotonic clock.
    public let instant: ContinuousClock.Instant

    /// A deadline at an instant of the monotonic clock.
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

    /// What is left in whole milliseconds, rounded down.
    public var remainingMilliseconds: Int {
        let (seconds, attoseconds) = remaining.components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }

    /// Whether it has passed.
    public var hasPassed: Bool { remaining == .zero }

    /// The deadline of the current task, if its request has one.
    public static var current: Deadline? {
        ServiceContext.current?[DeadlineKey.self]
    }

    /// Runs an operation under this deadline, or under the caller's when that one is earlier.
    public func enforce<Result>(_ operation: () async throws -> Result) async rethrows -> Result {
        var context = ServiceContext.current ?? .topLevel
        context.deadline = min(self, context.deadline ?? self)
        return try await ServiceContext.withValue(context, operation: operation)
    }
}

extension Deadline: Comparable {
    /// Orders deadlines by the moment at which they pass.
    public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}

private enum DeadlineKey: ServiceContextKey {
    typealias Value = Deadline
    static var nameOverride: String? { "deadline" }
}

extension ServiceContext {
    /// The deadline of the request that this context belongs to.
    public var deadline: Deadline? {
        get { self[DeadlineKey.self] }
        set { self[DeadlineKey.self] = newValue }
    }
}
