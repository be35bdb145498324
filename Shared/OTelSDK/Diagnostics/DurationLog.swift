import Synchronization

/// Durations that were measured, until somebody asks for them.
final class DurationLog: Sendable {
    private let observer = Mutex<(@Sendable (Double) -> Void)?>(nil)

    /// Lets somebody know each duration from now on, in seconds.
    func observe(_ body: @escaping @Sendable (Double) -> Void) {
        observer.withLock { $0 = body }
    }

    func record(nanoseconds: UInt64) {
        observer.withLock { $0 }?(Double(nanoseconds) / 1e9)
    }
}
