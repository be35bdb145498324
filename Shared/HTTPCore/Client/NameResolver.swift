import Dispatch
import Synchronization

/// Resolves host names. The system's resolver blocks, so that it runs neither on an event loop nor on the cooperative
/// pool: each lookup has a serial queue of its own, which Dispatch gives a thread beyond its pool.
enum NameResolver {
    /// So many lookups may be under way: one that its caller gave up still holds a thread until the resolver returns.
    private static let maximumLookups = 64
    private static let lookups = Atomic<Int>(0)

    /// All addresses of a host, in the order of the system's preference.
    ///
    /// - Throws: ``HTTPClientError/unresolvable(host:reason:)``, ``HTTPClientError/connectTimeout(authority:)`` after
    ///   the deadline, `CancellationError` when the task was cancelled.
    static func addresses(of destination: Destination, deadline: MonotonicTime) async throws -> [ResolvedAddress] {
        let (host, port) = (destination.host, destination.port)
        if let literal = try? ResolvedAddress.lookUp(host: host, port: port, .connectingToLiteral) { return literal }
        guard lookups.wrappingAdd(1, ordering: .relaxed).newValue <= maximumLookups else {
            lookups.wrappingSubtract(1, ordering: .relaxed)
            throw HTTPClientError.unresolvable(host: host, reason: "\(maximumLookups) lookups are under way already")
        }
        let answer = FirstAnswer<[ResolvedAddress]>()
        DispatchQueue(label: "http.resolver").async { @Sendable in
            defer { lookups.wrappingSubtract(1, ordering: .relaxed) }
            do throws(ResolutionError) {
                answer.give(.success(try ResolvedAddress.lookUp(host: host, port: port, .connecting)))
            } catch {
                answer.give(.failure(HTTPClientError.unresolvable(host: host, reason: error.reason)))
            }
        }
        let alarm = Task {
            try await ContinuousClock().sleep(for: deadline.timeLeft)
            answer.give(.failure(HTTPClientError.connectTimeout(authority: destination.authority)))
        }
        defer { alarm.cancel() }
        return try await withTaskCancellationHandler {
            try await answer.value
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
    }
}

/// An answer that several may give; the first counts.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case awaited
        case asked(CheckedContinuation<Value, any Error>)
        case given(Result<Value, any Error>)
    }

    private let state = Mutex(State.awaited)

    var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let given = state.withLock { state -> Result<Value, any Error>? in
                    if case .given(let result) = state { return result }
                    state = .asked(continuation)
                    return nil
                }
                if let given { continuation.resume(with: given) }
            }
        }
    }

    func give(_ result: Result<Value, any Error>) {
        let asker = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .awaited:
                state = .given(result)
                return nil
            case .asked(let continuation):
                state = .given(result)
                return continuation
            case .given: return nil
            }
        }
        asker?.resume(with: result)
    }
}
