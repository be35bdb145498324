import HTTPTypes
import Synchronization

/// A response's body while it is streamed out: writes as its ``OutgoingBodyState`` says.
final class OutgoingBody: Sendable {
    /// Up to so many bytes are copied, to leave in one piece with the framing around them.
    private static let copyLimit = 8_192

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

    private let output: OutputBuffer
    private let framing: ResponseSerializer.Framing
    private let shared: Mutex<Shared>

    /// - Parameter output: Has the response's head already; it leaves together with the first piece.
    init(output: OutputBuffer, framing: ResponseSerializer.Framing) {
        self.output = output
        self.framing = framing
        shared = Mutex(Shared(body: OutgoingBodyState(framing: framing)))
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
            try await send(bytes)
        } catch {
            let error = ResponseWriteError(error)
            writeEnded(0, error: error)
            throw error
        }
        writeEnded(bytes.count)
    }

    private func send(_ bytes: [UInt8]) async throws(ChannelError) {
        guard !bytes.isEmpty else { return try await output.send() }
        let isChunked = framing == .chunked
        let isSmall = bytes.count <= Self.copyLimit
        output.append { output in
            if isChunked {
                output.appendHexadecimal(bytes.count)
                output.append("\r\n")
            }
            if isSmall { bytes.withUnsafeBytes { output.append(contentsOf: $0) } }
        }
        if !isSmall { try await output.send(followedBy: bytes) }
        if isChunked { output.append { $0.append("\r\n") } }
        if isSmall { try await output.send() }
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
    func close() async {
        await withUnsafeContinuation { (finisher: UnsafeContinuation<Void, Never>) in
            let mustWait = shared.withLock { shared in
                guard shared.body.finish() == .afterWrite else { return false }
                shared.finisher = finisher
                return true
            }
            if !mustWait { finisher.resume() }
        }
    }

    /// Leaves the end of a body that was closed in the output.
    ///
    /// - Throws: ``ResponseWriteError`` when the body is not whole.
    func finish() throws(ResponseWriteError) {
        let trailers = try shared.withLock { shared throws(ResponseWriteError) in
            try shared.body.checkWhole()
            return shared.body.trailers
        }
        guard framing == .chunked else { return }
        output.append { output in
            output.append("0\r\n")
            for field in trailers { output.append(field) }
            output.append("\r\n")
        }
    }
}

extension ResponseWriteError {
    init(_ error: ChannelError) {
        self = error == .timedOut ? .timedOut : .clientGone
    }
}
