import Synchronization

/// A response's body while it is streamed out.
final class OutgoingBody: Sendable {
    private let channel: Channel
    private let framing: ResponseSerializer.Framing
    private let timeout: Duration
    private let skipsBody: Bool
    private let state: Mutex<(head: [UInt8], written: Int)>

    /// - Parameters:
    ///   - head: The response's head; it leaves together with the first piece.
    ///   - skipsBody: Whether the pieces are counted only, as the answer to HEAD wants it.
    init(channel: Channel, head: [UInt8], framing: ResponseSerializer.Framing, timeout: Duration, skipsBody: Bool) {
        self.channel = channel
        self.framing = framing
        self.timeout = timeout
        self.skipsBody = skipsBody
        state = Mutex((head, 0))
    }

    /// The bytes of the body so far.
    var written: Int { state.withLock { $0.written } }

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await send(bytes)
    }

    /// Ends the body.
    func finish() async throws {
        if case .length(let announced) = framing, !skipsBody, written != announced {
            throw ResponseWriteError.wrongLength(announced: announced, written: written)
        }
        try await send([])
    }

    private func send(_ bytes: [UInt8]) async throws {
        var output = state.withLock { state in
            defer { state.head = [] }
            return state.head
        }
        if !skipsBody {
            if case .length(let announced) = framing, written + bytes.count > announced {
                throw ResponseWriteError.wrongLength(announced: announced, written: written + bytes.count)
            }
            if framing == .chunked {
                if bytes.isEmpty {
                    output.append(contentsOf: "0\r\n\r\n".utf8)
                } else {
                    ResponseSerializer.appendChunk(bytes, to: &output)
                }
            } else {
                output.append(contentsOf: bytes)
            }
        }
        channel.setDeadline(.now + timeout)
        do {
            try await channel.write(output)
        } catch {
            throw ResponseWriteError(error)
        }
        state.withLock { $0.written += bytes.count }
    }
}

extension ResponseWriteError {
    init(_ error: ChannelError) {
        self = error == .timedOut ? .timedOut : .clientGone
    }
}
