import Synchronization

/// Wakes one waiting task before its time.
final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Wakes whoever waits, or the next to wait.
    func ring() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.hasRung = state.waiter == nil
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits for the bell, but no longer than allowed.
    func wait(for limit: Duration) async {
        let alarm = Task {
            if (try? await Task.sleep(for: limit)) != nil { ring() }
        }
        await withCheckedContinuation { waiter in
            let hasRung = state.withLock { state in
                if !state.hasRung { state.waiter = waiter }
                defer { state.hasRung = false }
                return state.hasRung
            }
            if hasRung { waiter.resume() }
        }
        alarm.cancel()
    }
}
