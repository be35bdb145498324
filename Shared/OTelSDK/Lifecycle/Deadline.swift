import Synchronization

/// Bounds waiting.
enum Deadline {
    /// What an operation returns, or `nil` when it takes longer than allowed. It is cancelled then, and not waited for.
    ///
    /// - Parameter limit: How long it may take; `nil` for as long as it likes.
    static func race<Value: Sendable>(
        _ limit: Duration?,
        _ operation: @escaping @Sendable () async -> Value
    ) async -> Value? {
        guard let limit else { return await operation() }
        guard limit > .zero else { return nil }
        let first = FirstOf<Value>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                first.wait(continuation)
                let work = Task(executorPreference: ExportExecutor.shared) { first.answer(await operation()) }
                let alarm = Task {
                    if (try? await Task.sleep(for: limit)) != nil {
                        first.answer(nil)
                        work.cancel()
                    }
                }
                first.whenAnswered { alarm.cancel() }
                first.whenCancelled { work.cancel() }
            }
        } onCancel: {
            first.cancel()
        }
    }
}

extension Duration {
    /// The limit that a setting stands for: in OpenTelemetry's settings zero means that there is none.
    var asLimit: Duration? { self > .zero ? self : nil }
}

/// Lets the first of several answers count.
private final class FirstOf<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value?, Never>?
        var isAnswered = false
        var isCancelled = false
        var cleanUp: (@Sendable () -> Void)?
        var cancellation: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func wait(_ continuation: CheckedContinuation<Value?, Never>) {
        state.withLock { $0.continuation = continuation }
    }

    func answer(_ value: Value?) {
        let (continuation, cleanUp) = state.withLock { state in
            defer { state = State(isAnswered: true) }
            return (state.continuation, state.cleanUp)
        }
        cleanUp?()
        continuation?.resume(returning: value)
    }

    func whenAnswered(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.isAnswered { state.cleanUp = action }
            return state.isAnswered
        }
        if isLate { action() }
    }

    func whenCancelled(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.isAnswered { state.cancellation = action }
            return state.isCancelled
        }
        if isLate { action() }
    }

    func cancel() {
        let action = state.withLock { state in
            state.isCancelled = true
            return state.cancellation
        }
        action?()
    }
}
