import Synchronization

/// What may be said to a load while it runs: go on at another rate, or stop.
package final class LoadControl: Sendable {
    private struct State {
        var rate: Double?
        var isStopping = false
    }

    private let state = Mutex(State())

    /// Nothing was said yet.
    package init() {}

    /// Whether no more visits are to start.
    package var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Asks for another rate, in visits a second.
    package func change(to rate: Double) {
        state.withLock { $0.rate = rate }
    }

    /// The rate that was asked for since the last look.
    package func takeRate() -> Double? {
        state.withLock { state in
            defer { state.rate = nil }
            return state.rate
        }
    }

    /// Lets no more visits start.
    package func stop() {
        state.withLock { $0.isStopping = true }
    }

    /// Returns once ``stop()`` was called, or the task was cancelled.
    package func waitForStop() async {
        while !isStopping, (try? await Task.sleep(for: .milliseconds(50))) != nil {}
    }
}
