import DequeModule
import Synchronization

/// Lets so many at once; the others wait in the order in which they came. Who waits may be cancelled.
final class Turns: Sendable {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var waiters = Deque<Waiter>()
        var count = 0
        /// Those that gave up before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// - Parameter limit: How many have their turn at once.
    init(_ limit: Int) {
        state = Mutex(State(free: limit))
    }

    /// Does the work when its turn comes.
    ///
    /// - Throws: `CancellationError` for a task that is cancelled while it waits; what the work throws.
    func take<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await work()
    }

    /// Waits for a turn, which ``leave()`` gives back.
    ///
    /// - Throws: `CancellationError`.
    func enter() async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let isInside = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.cancelled.contains(number) { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.waiters.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let place = state.waiters.firstIndex(where: { $0.number == number }) else {
                    state.cancelled.insert(number)
                    return nil
                }
                return state.waiters.remove(at: place)
            }
            waiter?.continuation.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(number) }
        guard isInside else { throw CancellationError() }
    }

    /// Gives the turn to the next.
    func leave() {
        let next = state.withLock { state -> Waiter? in
            guard let next = state.waiters.popFirst() else {
                state.free += 1
                return nil
            }
            return next
        }
        next?.continuation.resume(returning: true)
    }
}
