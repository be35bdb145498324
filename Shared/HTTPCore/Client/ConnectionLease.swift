import HTTPTypes
import Synchronization

/// The hold that an answer has on its connection until its body was read.
final class ConnectionLease: Sendable {
    private let connection: ClientConnection
    private let body: IncomingBody
    private let pool: OriginPool
    private let keepsAlive: Bool
    private let timeoutError: HTTPClientError
    private let isReturned = Atomic<Bool>(false)

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
        let channel = connection.channel
        do {
            let piece = try await withTaskCancellationHandler {
                try await body.next()
            } onCancel: {
                channel.abort()
            }
            if body.isComplete { giveBack(reusable: keepsAlive) }
            return piece
        } catch let error as BodyError {
            discard()
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

    private func giveBack(reusable: Bool) {
        guard !isReturned.exchange(true, ordering: .acquiringAndReleasing) else { return }
        if reusable, connection.input.isEmpty {
            pool.giveBack(connection.reused)
        } else {
            pool.close(connection)
        }
    }
}
