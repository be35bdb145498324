import HTTPTypes
import Synchronization

/// A response's lease of its connection until its body was read.
final class ConnectionLease: Sendable {
    private enum Hold {
        case held
        /// The connection is being aborted: it must not be used again.
        case cancelled
        /// The connection went back to the pool, or was closed.
        case returned
    }

    private let connection: ClientConnection
    private let body: IncomingBody
    private let pool: OriginPool
    private let keepsAlive: Bool
    private let timeoutError: HTTPClientError
    private let hold = Mutex(Hold.held)

    init(
        connection: ClientConnection,
        body: IncomingBody,
        pool: OriginPool,
        keepsAlive: Bool,
        timeoutError: HTTPClientError
    ) {
        self.connection = connection
        self.body = body
        self.pool = pool
        self.keepsAlive = keepsAlive
        self.timeoutError = timeoutError
        if body.isComplete { giveBack(reusable: keepsAlive) }
    }

    deinit {
        discard()
    }

    /// The fields that came after the body.
    var trailers: HTTPFields { body.trailers }

    /// The next piece of the body.
    func next() async throws -> [UInt8]? {
        do {
            let piece = try await withTaskCancellationHandler {
                try await body.next()
            } onCancel: {
                cancel()
            }
            if body.isComplete { giveBack(reusable: keepsAlive) }
            return piece
        } catch let error as BodyError {
            // Another reader has the body; the connection is that one's.
            if error != .unavailable { discard() }
            try Task.checkCancellation()
            switch error {
            case .timedOut: throw timeoutError
            case .tooLarge(let limit): throw HTTPClientError.responseTooLarge(limit: limit)
            case .malformed(let reason):
                throw HTTPClientError.malformedResponse(authority: connection.authority, reason: reason)
            case .incomplete, .unavailable:
                throw HTTPClientError.connectionClosed(authority: connection.authority)
            }
        }
    }

    /// Closes the connection, unless it was given back.
    func discard() {
        giveBack(reusable: false)
    }

    /// Ends the connection for the task that reads, unless it was given back.
    private func cancel() {
        let isHeld = hold.withLock { hold in
            guard case .held = hold else { return false }
            hold = .cancelled
            return true
        }
        if isHeld { connection.channel.abort() }
    }

    private func giveBack(reusable: Bool) {
        let before = hold.withLock { hold in
            defer { hold = .returned }
            return hold
        }
        switch before {
        case .held where reusable && connection.input.isEmpty: pool.giveBack(connection)
        // A server that still answers is told that it need not.
        case .held, .cancelled: pool.close(connection, resetting: !body.isComplete)
        case .returned: break
        }
    }
}
