import Deadlines
public import HTTPTypes
import Synchronization

/// An HTTP/1.1 client that keeps connections to each origin and uses them again.
///
/// A request waits for a free connection when an origin has as many as it may. It is sent a second time only where that
/// is safe: on a reused connection that the server closed before any byte of the answer, for a method that is
/// idempotent (RFC 9110, section 9.2.2). Cancelling the task closes its connection.
public final class HTTPClient: Sendable {
    private struct State {
        var pools: [String: OriginPool] = [:]
        var isShutDown = false
    }

    private let configuration: Configuration
    private let state = Mutex(State())

    /// Creates a client. It opens connections as requests need them.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    deinit {
        for pool in state.withLock({ $0.pools.values.map { $0 } }) { pool.shutDown() }
    }

    /// Sends a request and returns when the head of its answer is there.
    ///
    /// - Parameters:
    ///   - request: Scheme `http`, authority `host:port`, path and query, fields.
    ///   - body: The whole body.
    ///   - deadline: When the caller's own time is over. The request timeout and the task's `Deadline.current` apply
    ///     all the same, and the earliest of them counts.
    /// - Throws: ``HTTPClientError``; `CancellationError` when the task was cancelled.
    public func execute(
        _ request: HTTPRequest,
        body: [UInt8] = [],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> ClientResponse {
        let destination = try Destination(request)
        let timing = Timing(
            request: configuration.requestTimeout,
            deadline: [deadline, Deadline.current?.instant].compactMap { $0 }.min(),
            authority: destination.authority
        )
        guard timing.end > .now else { throw timing.error }
        let pool = try pool(for: destination.authority)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + body.count)
        RequestSerializer.append(request, authority: destination.authority, length: body.count, to: &bytes)
        bytes += body

        while true {
            try Task.checkCancellation()
            let connection = try await connection(from: pool, to: destination, timing: timing)
            do {
                return try await send(bytes, method: request.method, on: connection, pool: pool, timing: timing)
            } catch ClientConnection.Failure.closedBeforeAnswer {
                pool.close(connection)
                try Task.checkCancellation()
                guard connection.isReused, Self.isIdempotent(request.method) else {
                    throw HTTPClientError.connectionClosed(authority: destination.authority)
                }
            } catch let failure as ClientConnection.Failure {
                // A server that still works for the answer is told that it need not.
                pool.close(connection, resetting: true)
                try Task.checkCancellation()
                switch failure {
                case .failed(.timedOut): throw timing.error
                case .malformed(let error):
                    throw HTTPClientError.malformedResponse(
                        authority: destination.authority,
                        reason: error.description
                    )
                default: throw HTTPClientError.connectionClosed(authority: destination.authority)
                }
            }
        }
    }

    /// Closes idle connections and refuses further requests; those in flight finish.
    public func shutdown() async {
        let pools = state.withLock { state in
            state.isShutDown = true
            return Array(state.pools.values)
        }
        for pool in pools { pool.shutDown() }
    }

    private func connection(
        from pool: OriginPool,
        to destination: Destination,
        timing: Timing
    ) async throws -> ClientConnection {
        switch await pool.ticket(until: timing.end) {
        case .shutDown: throw HTTPClientError.shutDown
        case .timedOut:
            try Task.checkCancellation()
            throw HTTPClientError.noFreeConnection(authority: destination.authority)
        case .reuse(let connection): return connection
        case .open:
            do {
                let connectEnd = MonotonicTime.now + configuration.connectTimeout
                let channel = try await Connector.connect(to: destination, deadline: min(connectEnd, timing.end))
                return ClientConnection(channel: channel, authority: destination.authority)
            } catch {
                pool.releasePlace()
                if case HTTPClientError.connectTimeout = error, timing.end <= .now { throw timing.error }
                throw error
            }
        }
    }

    private func send(
        _ bytes: [UInt8],
        method: HTTPRequest.Method,
        on connection: ClientConnection,
        pool: OriginPool,
        timing: Timing
    ) async throws -> ClientResponse {
        let channel = connection.channel
        channel.setDeadline(timing.end)
        let head = try await withTaskCancellationHandler {
            try await connection.exchange(bytes, method: method, limits: configuration.limits)
        } onCancel: {
            channel.abort()
        }
        if case .length(let length) = head.framing, length > configuration.maximumResponseBytes {
            pool.close(connection, resetting: true)
            throw HTTPClientError.responseTooLarge(limit: configuration.maximumResponseBytes)
        }
        let body = IncomingBody(
            head.framing,
            source: IncomingBody.Source(
                channel: channel,
                input: connection.input,
                maximumBytes: configuration.maximumResponseBytes,
                limits: configuration.limits
            )
        )
        let lease = ConnectionLease(
            connection: connection,
            body: body,
            pool: pool,
            keepsAlive: head.keepsAlive,
            timeoutError: timing.error
        )
        return ClientResponse(head: head.response, version: head.version, body: ResponseStream(lease: lease))
    }

    private func pool(for authority: String) throws -> OriginPool {
        try state.withLock { state in
            guard !state.isShutDown else { throw HTTPClientError.shutDown }
            if let pool = state.pools[authority] { return pool }
            let pool = OriginPool(configuration: configuration)
            state.pools[authority] = pool
            return pool
        }
    }

    private static func isIdempotent(_ method: HTTPRequest.Method) -> Bool {
        [.get, .head, .options, .put, .delete, .trace].contains(method)
    }
}

/// When a request must be over, and which limit that is.
private struct Timing {
    let end: MonotonicTime
    let error: HTTPClientError

    init(request: Duration, deadline: ContinuousClock.Instant?, authority: String) {
        let requestEnd = MonotonicTime.now + request
        let deadlineEnd = deadline.map { MonotonicTime.now + ContinuousClock.now.duration(to: $0) }
        end = min(requestEnd, deadlineEnd ?? .distantFuture)
        error =
            end == requestEnd ? .requestTimeout(authority: authority) : .deadlineExceeded(authority: authority)
    }
}
