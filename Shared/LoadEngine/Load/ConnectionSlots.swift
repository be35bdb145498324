import Synchronization

/// The connections that a load may use at once: who comes when all are taken waits in line.
///
/// A request counts as sent when it got its slot. What it waited before belongs to the response time that is counted from
/// the moment at which it should have been sent, and not to the service time.
package final class ConnectionSlots: Sendable {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var waiters: [Waiter] = []
        /// How many of the waiters at the front have been served.
        var served = 0
        var lastNumber: UInt64 = 0
    }

    private let state: Mutex<State>

    /// - Parameter count: How many there are; at least 1.
    package init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    /// Takes a slot, waiting for one at most so long; `false` when there was none, or the task was cancelled.
    ///
    /// Whoever got `true` gives the slot back by ``release()``.
    package func acquire(within patience: Duration) async -> Bool {
        if takeFree() { return true }
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let alarm = Task { [self] in
            try? await Task.sleep(for: patience)
            if !Task.isCancelled { leave(number) }
        }
        defer { alarm.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiters.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            leave(number)
        }
    }

    /// Gives a slot back.
    package func release() {
        let next = state.withLock { state -> Waiter? in
            guard state.served < state.waiters.count else {
                state.waiters.removeAll(keepingCapacity: true)
                state.served = 0
                state.free += 1
                return nil
            }
            let waiter = state.waiters[state.served]
            state.served += 1
            if state.served > 1_024, state.served * 2 > state.waiters.count {
                state.waiters.removeFirst(state.served)
                state.served = 0
            }
            return waiter
        }
        next?.continuation.resume(returning: true)
    }

    private func takeFree() -> Bool {
        state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
    }

    private func leave(_ number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters[state.served...].firstIndex(where: { $0.number == number }) else {
                return nil
            }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: false)
    }
}
