import HTTPTypes
import Synchronization

/// A response's body while it is streamed out.
final class OutgoingBody: Sendable {
    /// Up to so many bytes are copied, to leave in one piece with the framing around them.
    private static let copyLimit = 8_192

    private struct Progress {
        var written = 0
        var isBusy = false
        var isOver = false
        var trailers = HTTPFields()
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
    private let skipsBody: Bool
    private let progress = Mutex(Progress())

    /// - Parameters:
    ///   - output: Has the response's head already; it leaves together with the first piece.
    ///   - skipsBody: Whether the pieces are counted only, as the answer to HEAD wants it.
    init(output: OutputBuffer, framing: ResponseSerializer.Framing, skipsBody: Bool) {
        self.output = output
        self.framing = framing
        self.skipsBody = skipsBody
    }

    /// The bytes of the body so far.
    var written: Int { progress.withLock { $0.written } }

    /// Sends a piece; returns when the kernel has it.
    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return try await flush() }
        try begin(adding: bytes.count)
        defer { progress.withLock { $0.isBusy = false } }
        if skipsBody { return }
        let isChunked = framing == .chunked
        let isSmall = bytes.count <= Self.copyLimit
        output.append { output in
            if isChunked {
                output.appendHexadecimal(bytes.count)
                output.append("\r\n")
            }
            if isSmall { bytes.withUnsafeBytes { output.append(contentsOf: $0) } }
        }
        try await sending { () async throws(ChannelError) in
            if !isSmall { try await output.send(followedBy: bytes) }
            if isChunked { output.append { $0.append("\r\n") } }
            if isSmall { try await output.send() }
        }
        progress.withLock { $0.written += bytes.count }
    }

    /// Sends what is held back: the head, before the first piece was written.
    func flush() async throws {
        try begin(adding: 0)
        defer { progress.withLock { $0.isBusy = false } }
        try await sending { () async throws(ChannelError) in try await output.send() }
    }

    /// Sets what follows the last chunk.
    func setTrailers(_ fields: HTTPFields) throws {
        for field in fields where Self.forbiddenTrailers.contains(field.name.canonicalName) {
            throw ResponseWriteError.forbiddenTrailer(field.name.rawName)
        }
        try progress.withLock { progress in
            if progress.isOver { throw ResponseWriteError.finished }
            progress.trailers = fields
        }
    }

    /// Ends the body; whoever still writes gets ``ResponseWriteError/finished``. The end is left in the output.
    func finish() throws {
        let (written, trailers) = progress.withLock { progress in
            progress.isOver = true
            return (progress.written, progress.trailers)
        }
        if skipsBody { return }
        switch framing {
        case .length(let announced) where written != announced:
            throw ResponseWriteError.wrongLength(announced: announced, written: written)
        case .chunked:
            output.append { output in
                output.append("0\r\n")
                for field in trailers { output.append(field) }
                output.append("\r\n")
            }
        default: break
        }
    }

    private func begin(adding count: Int) throws {
        try progress.withLock { progress in
            if progress.isOver { throw ResponseWriteError.finished }
            if progress.isBusy { throw ResponseWriteError.concurrentWrite }
            if case .length(let announced) = framing, progress.written + count > announced {
                throw ResponseWriteError.wrongLength(announced: announced, written: progress.written + count)
            }
            progress.isBusy = true
        }
    }

    private func sending(_ body: () async throws(ChannelError) -> Void) async throws {
        do throws(ChannelError) {
            try await body()
        } catch {
            progress.withLock { $0.isOver = true }
            throw ResponseWriteError(error)
        }
    }
}

extension ResponseWriteError {
    init(_ error: ChannelError) {
        self = error == .timedOut ? .timedOut : .clientGone
    }
}
