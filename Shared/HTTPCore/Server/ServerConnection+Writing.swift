import HTTPTypes

extension ServerConnection {
    /// A body up to this size is copied, to leave in one piece with the head and with the answers around it.
    private static let copyLimit = 16_384
    /// So many bytes of answers to pipelined requests are gathered before they leave.
    private static let gatherLimit = 32_768

    /// Writes a response; `false` when the connection must close after it.
    func write(_ response: Response, to head: RequestHead, keepsAlive: Bool) async throws -> Bool {
        let status = response.head.status
        let mayHaveBody = status.code >= 200 && status != .noContent && status != .notModified
        let sendsBody = mayHaveBody && head.request.method != .head
        switch response.body {
        case .empty:
            try await write(response, [], head, mayHaveBody, sendsBody: false, keepsAlive: keepsAlive)
            return keepsAlive
        case .bytes(let bytes):
            try await write(response, bytes, head, mayHaveBody, sendsBody: sendsBody, keepsAlive: keepsAlive)
            return keepsAlive
        case .stream(let length, let write):
            let framing: ResponseSerializer.Framing =
                length.map { .length($0) } ?? (head.isHTTP10 ? .untilClose : .chunked)
            let staysOpen = keepsAlive && (framing != .untilClose || !sendsBody)
            appendHead(response, head, mayHaveBody ? framing : .none, keepsAlive: staysOpen)
            try await stream(write, of: response, framing, sendsBody: sendsBody)
            return staysOpen
        }
    }

    private func write(
        _ response: Response,
        _ bytes: [UInt8],
        _ head: RequestHead,
        _ mayHaveBody: Bool,
        sendsBody: Bool,
        keepsAlive: Bool
    ) async throws {
        appendHead(response, head, mayHaveBody ? .length(bytes.count) : .none, keepsAlive: keepsAlive)
        let copied = sendsBody ? min(bytes.count, Self.copyLimit) : 0
        if copied > 0 {
            output.append { output in
                bytes.withUnsafeBytes { output.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<copied])) }
            }
        }
        let sent = sendsBody ? bytes.count : 0
        guard sendsBody, bytes.count > copied else {
            if !response.completionHooks.isEmpty {
                output.whenSent { error in
                    response.complete(
                        ResponseOutcome(bodyBytes: error == nil ? sent : 0, error: error.map(ResponseWriteError.init))
                    )
                }
            }
            if output.count > Self.gatherLimit { try await output.send() }
            return
        }
        do {
            try await output.send(followedBy: bytes, from: copied)
        } catch {
            response.complete(ResponseOutcome(bodyBytes: 0, error: ResponseWriteError(error)))
            throw error
        }
        response.complete(ResponseOutcome(bodyBytes: sent))
    }

    private func stream(
        _ write: @Sendable (ResponseBodyWriter) async throws -> Void,
        of response: Response,
        _ framing: ResponseSerializer.Framing,
        sendsBody: Bool
    ) async throws {
        let body = OutgoingBody(output: output, framing: framing, skipsBody: !sendsBody)
        do {
            if sendsBody { try await write(ResponseBodyWriter(body)) }
            try body.finish()
            try await output.send()
        } catch {
            response.complete(ResponseOutcome(bodyBytes: body.written, error: error))
            // The client must see that the body is not whole: the connection ends without the end of the body.
            throw ChannelError.aborted
        }
        response.complete(ResponseOutcome(bodyBytes: body.written))
    }

    private func appendHead(
        _ response: Response,
        _ head: RequestHead,
        _ framing: ResponseSerializer.Framing,
        keepsAlive: Bool
    ) {
        output.append { output in
            ResponseSerializer.append(
                response.head,
                framing: framing,
                keepsAlive: keepsAlive,
                isHTTP10: head.isHTTP10,
                date: .now,
                to: &output
            )
        }
    }

    /// Answers a message that cannot be accepted; the connection closes after that.
    func refuse(_ error: ProtocolError) async {
        let response = Response.problem(error.status, detail: error.description)
        guard case .bytes(let body) = response.body else { return }
        output.append { output in
            ResponseSerializer.append(
                response.head,
                framing: .length(body.count),
                keepsAlive: false,
                isHTTP10: false,
                date: .now,
                to: &output
            )
            body.withUnsafeBytes { output.append(contentsOf: $0) }
        }
        guard (try? await output.send()) != nil else { return }
        await linger()
    }

    /// Reads on for a moment after the last response: closing with unread bytes would reset the connection, and the
    /// client might never see the answer (RFC 9112, section 9.6).
    func linger() async {
        channel.finishWriting()
        let end = MonotonicTime.now + .seconds(2)
        var dropped = 0
        while dropped < 1 << 20, (try? await input.fill(until: end)) == true {
            dropped += input.count
            input.consume(input.count)
        }
    }
}
