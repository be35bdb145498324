import Synchronization

/// Forwards measured durations to an observer.
final class DurationLog: Sendable {
    private let observer = Mutex<(@Sendable (Double) -> Void)?>(nil)

    /// Calls the closure with each duration from now on, in seconds.
    func observe(_ body: @escaping @Sendable (Double) -> Void) {
        observer.withLock { $0 = body }
    }

    func record(nanoseconds: UInt64) {
        observer.withLock { $0 }?(Double(nanoseconds) / 1e9)
    }
}
