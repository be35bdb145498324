import HTTPTypes
import Synchronization

/// Where the pieces of a response's body go: an HTTP/1.1 connection's output, or a stream of HTTP/2.
protocol BodyDestination: Sendable {
    /// Sends a piece; returns when the next may follow. Without bytes it sends what is held back.
    func send(_ bytes: [UInt8]) async throws(ChannelError)
    /// Ends the body. What this leaves to be sent is not waited for.
    func end(trailers: HTTPFields)
}

/// A response's body while it is streamed out: writes as its ``OutgoingBodyState`` says.
final class OutgoingBody: Sendable {
    private struct Shared {
        var body: OutgoingBodyState
        /// The connection, while it waits for a write to end.
        var finisher: UnsafeContinuation<Void, Never>?
    }

    /// What frames a message, routes it, or says how its content is to be read comes before the content or not at all
    /// (RFC 9110, section 6.5.1).
    private static let forbiddenTrailers: Set<String> = [
        "age", "authorization", "cache-control", "connection", "content-encoding", "content-length", "content-range",
        "content-type", "date", "expires", "host", "keep-alive", "location", "retry-after", "set-cookie", "te",
        "trailer", "transfer-encoding", "upgrade", "vary", "www-authenticate",
    ]

    private let destination: any BodyDestination
    private let shared: Mutex<Shared>

    /// - Parameter destination: Has the response's head already; it leaves together with the first piece.
    init(destination: any BodyDestination, framing: ResponseSerializer.Framing) {
        self.destination = destination
        shared = Mutex(Shared(body: OutgoingBodyState(framing: framing)))
    }

    /// Has a closure write the whole body.
    ///
    /// - Throws: What the closure throws; ``ResponseWriteError`` when the body is not whole.
    func write(by write: @Sendable (ResponseBodyWriter) async throws -> Void) async throws {
        do {
            try await write(ResponseBodyWriter(self))
        } catch {
            await close()
            throw error
        }
        await close()
        try finish()
    }

    /// The bytes of the body so far.
    var written: Int { shared.withLock { $0.body.written } }

    /// Sends a piece; returns when the kernel has it. Without bytes it sends what is held back: the head, before the first
    /// piece was written.
    ///
    /// - Throws: ``ResponseWriteError``.
    func write(_ bytes: [UInt8] = []) async throws(ResponseWriteError) {
        try shared.withLock { shared throws(ResponseWriteError) in try shared.body.beginWrite(bytes.count) }
        do throws(ChannelError) {
            try await destination.send(bytes)
        } catch {
            let error = ResponseWriteError(error)
            writeEnded(0, error: error)
            throw error
        }
        writeEnded(bytes.count)
    }

    private func writeEnded(_ count: Int, error: ResponseWriteError? = nil) {
        let finisher = shared.withLock { shared -> UnsafeContinuation<Void, Never>? in
            guard shared.body.writeEnded(count, error: error) else { return nil }
            defer { shared.finisher = nil }
            return shared.finisher
        }
        finisher?.resume()
    }

    /// Sets what follows the last chunk.
    ///
    /// - Throws: ``ResponseWriteError``.
    func setTrailers(_ fields: HTTPFields) throws(ResponseWriteError) {
        for field in fields where Self.forbiddenTrailers.contains(field.name.canonicalName) {
            throw .forbiddenTrailer(field.name.rawName)
        }
        try shared.withLock { shared throws(ResponseWriteError) in try shared.body.setTrailers(fields) }
    }

    /// Ends the body for those who write; later writes get ``ResponseWriteError/finished``. One that is in progress is
    /// waited for.
    private func close() async {
        await withUnsafeContinuation { (finisher: UnsafeContinuation<Void, Never>) in
            let mustWait = shared.withLock { shared in
                guard shared.body.finish() == .afterWrite else { return false }
                shared.finisher = finisher
                return true
            }
            if !mustWait { finisher.resume() }
        }
    }

    /// Sends the end of a body that was closed.
    ///
    /// - Throws: ``ResponseWriteError`` when the body is not whole.
    private func finish() throws(ResponseWriteError) {
        let trailers = try shared.withLock { shared throws(ResponseWriteError) in
            try shared.body.checkWhole()
            return shared.body.trailers
        }
        destination.end(trailers: trailers)
    }
}

extension ResponseWriteError {
    init(_ error: ChannelError) {
        self = error == .timedOut ? .timedOut : .clientGone
    }
}
