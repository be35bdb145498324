import DequeModule
import Synchronization

/// Lets so many queries run at once; further ones wait their turn, and beyond a bound they are refused.
final class QueryGate: Sendable {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var running = 0
        var waiters = Deque<Waiter>()
        var nextNumber = 0
        /// Those that gave up before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let limit: Int
    private let waitingLimit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - running: How many queries run at once.
    ///   - waiting: How many may wait.
    init(running: Int, waiting: Int) {
        limit = running
        waitingLimit = waiting
    }

    /// How many queries run.
    var running: Int { state.withLock { $0.running } }

    /// Runs a query when its turn comes.
    ///
    /// - Throws: ``QueryFailure/busy`` at once when too many wait; `CancellationError` for a task that is cancelled while
    ///   it waits; what the query throws.
    func run<Result: Sendable>(_ query: @Sendable () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await query()
    }

    private func enter() async throws {
        enum Entry { case inside, full, number(Int) }
        let entry = state.withLock { state -> Entry in
            if state.running < limit {
                state.running += 1
                return .inside
            }
            guard state.waiters.count < waitingLimit else { return .full }
            state.nextNumber += 1
            return .number(state.nextNumber)
        }
        switch entry {
        case .inside: return
        case .full: throw QueryFailure.busy
        case .number(let number):
            let isInside = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let answer = state.withLock { state -> Bool? in
                        if state.cancelled.remove(number) != nil { return false }
                        // A place may have become free in the meantime.
                        if state.running < limit {
                            state.running += 1
                            return true
                        }
                        state.waiters.append(Waiter(number: number, continuation: continuation))
                        return nil
                    }
                    if let answer { continuation.resume(returning: answer) }
                }
            } onCancel: {
                giveUp(number)
            }
            state.withLock { _ = $0.cancelled.remove(number) }
            guard isInside else { throw CancellationError() }
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: false)
    }

    private func leave() {
        let next = state.withLock { state -> Waiter? in
            guard let next = state.waiters.popFirst() else {
                state.running -= 1
                return nil
            }
            return next
        }
        next?.continuation.resume(returning: true)
    }
}
