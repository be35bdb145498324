import HTTPTypes
import Synchronization

/// One connection to an origin: sends a request, reads the head of its answer, and lends its input to the body.
final class ClientConnection: Sendable, Identifiable {
    let channel: Channel
    let input: InputBuffer
    let authority: String
    private let wasUsed = Atomic<Bool>(false)

    init(channel: Channel, authority: String) {
        self.channel = channel
        self.authority = authority
        input = InputBuffer(channel: channel)
    }

    /// Whether an earlier request was answered on it.
    var isReused: Bool {
        get { wasUsed.load(ordering: .relaxed) }
        set { wasUsed.store(newValue, ordering: .relaxed) }
    }

    /// Why an exchange failed.
    enum Failure: Error {
        /// The connection ended before a single byte of the answer.
        case closedBeforeAnswer
        case failed(ChannelError)
        case malformed(ProtocolError)
    }

    /// Sends a request and reads the head of its final answer.
    func exchange(
        _ bytes: [UInt8],
        method: HTTPRequest.Method,
        limits: MessageLimits
    ) async throws(Failure) -> ResponseHead {
        do throws(ChannelError) {
            try await channel.write(bytes)
        } catch {
            // The server may have answered and closed before it read the request to its end.
            guard case .failed = error else { throw .failed(error) }
        }
        while true {
            let head = try await nextHead(to: method, limits: limits)
            if head.response.status.code >= 200 || head.response.status.code == 101 { return head }
        }
    }

    private func nextHead(to method: HTTPRequest.Method, limits: MessageLimits) async throws(Failure) -> ResponseHead {
        var scanner = HeadScanner()
        while true {
            do {
                let end = try input.withUnread { bytes throws(ProtocolError) in
                    try scanner.end(in: bytes, limits: limits)
                }
                if let end {
                    let head = try input.withUnread { bytes throws(ProtocolError) in
                        try ResponseHead(bytes.part(0..<end), to: method, limits: limits)
                    }
                    input.consume(end)
                    return head
                }
            } catch {
                throw .malformed(error)
            }
            try await fill()
        }
    }

    private func fill() async throws(Failure) {
        let came: Bool
        do throws(ChannelError) {
            came = try await input.fill()
        } catch {
            if case .failed = error, input.isEmpty { throw .closedBeforeAnswer }
            throw .failed(error)
        }
        guard came else { throw input.isEmpty ? .closedBeforeAnswer : .failed(.aborted) }
    }

    /// Whether the server has ended the connection, or sent something unasked, while it was not used.
    var isStale: Bool {
        guard input.isEmpty else { return true }
        do {
            return try input.fillAvailable() != nil
        } catch {
            return true
        }
    }
}
