import Synchronization

/// Controls a running load: changes its rate, or stops it.
package final class LoadControl: Sendable {
    private struct State {
        var rate: Double?
        var isStopping = false
    }

    private let state = Mutex(State())

    /// Creates a control without any request.
    package init() {}

    /// Whether no more visits are to start.
    package var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Asks for another rate, in visits a second.
    package func change(to rate: Double) {
        state.withLock { $0.rate = rate }
    }

    /// The rate that was requested since the last call.
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
