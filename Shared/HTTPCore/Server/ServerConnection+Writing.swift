import HTTPTypes

extension ServerConnection {
    /// A body up to this size is copied, to leave in one piece with the head and with the answers around it.
    private static let copyLimit = 16_384
    /// So many bytes of answers to pipelined requests are gathered before they leave.
    private static let gatherLimit = 32_768

    /// Writes a response, and says in its head whether the connection is kept.
    func write(_ response: Response, to head: RequestHead, _ remainder: IncomingBodyState.Remainder) async throws {
        let status = response.head.status
        let mayHaveBody = status.code >= 200 && status != .noContent && status != .notModified
        let sendsBody = mayHaveBody && head.request.method != .head
        var framing = ResponseSerializer.Framing.none
        if mayHaveBody {
            framing =
                switch response.body {
                case .empty: .length(0)
                case .bytes(let bytes): .length(bytes.count)
                case .stream(let length, _): length.map { .length($0) } ?? (head.isHTTP10 ? .untilClose : .chunked)
                }
        }
        let keepsAlive = handlerReturned(
            leaving: remainder,
            endsWithConnection: framing == .untilClose && sendsBody,
            endsWithClient: response.endsWithClient
        )
        appendHead(response, head, framing, keepsAlive: keepsAlive)
        switch response.body {
        case .empty: try await write([], of: response, sendsBody: false)
        case .bytes(let bytes): try await write(bytes, of: response, sendsBody: sendsBody)
        case .stream(_, let write): try await stream(write, of: response, framing, sendsBody: sendsBody)
        }
    }

    private func write(_ bytes: [UInt8], of response: Response, sendsBody: Bool) async throws {
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
        let body = OutgoingBody(destination: FramedOutput(output: output, framing: framing), framing: framing)
        do {
            if sendsBody { try await body.write(by: write) }
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
        refused()
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
