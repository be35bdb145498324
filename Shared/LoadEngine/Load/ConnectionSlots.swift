import DequeModule
import Synchronization

/// The connections that a load may use at once: further requests wait in order.
///
/// A request counts as sent when it got its slot. What it waited before belongs to the response time that is counted
/// from the moment at which it should have been sent, and not to the service time.
package final class ConnectionSlots: Sendable {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var waiters = Deque<Waiter>()
        var lastNumber: UInt64 = 0
    }

    private let state: Mutex<State>

    /// - Parameter count: How many there are; at least 1.
    package init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    /// Takes a slot, waiting for one at most so long; `false` when there was none, or the task was cancelled.
    ///
    /// After `true`, the caller gives the slot back with ``release()``.
    package func acquire(within patience: Duration) async -> Bool {
        if takeFree() { return true }
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let deadline = ContinuousClock.now + patience
        let alarm = Task { [self] in
            while deadline > .now, !Task.isCancelled { try? await Task.sleep(until: deadline, clock: .continuous) }
            if !Task.isCancelled { leave(number) }
        }
        defer { alarm.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now: Bool? = state.withLock { state in
                    // Under the lock: either the alarm or the cancellation finds the waiter in the line, or this finds
                    // that it has been there before.
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    if deadline <= .now { return false }
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
            let waiter = state.waiters.popFirst()
            if waiter == nil { state.free += 1 }
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
            state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: false)
    }
}
