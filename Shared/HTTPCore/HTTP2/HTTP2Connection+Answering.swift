import HTTPTypes
import Synchronization

extension HTTP2Connection {
    /// Hands a request to its handler, in a task of its own.
    func begin(_ request: HTTP2Request) {
        let configuration = server.configuration
        let isTaken = state.withLock { state in
            // libnghttp2 counts the streams that are open; a handler may still run when its stream was reset.
            guard state.streams.count < configuration.http2.maximumConcurrentStreams else {
                state.session.refuse(request.stream)
                return false
            }
            state.streams[request.stream] = Waiting(mustInvite: request.expectsContinue)
            state.served += 1
            if state.served == configuration.maximumRequestsPerConnection, state.end == .none {
                state.end = .draining
                state.session.endAfterOpenStreams()
            }
            return true
        }
        guard isTaken else { return server.http2Excesses.add(.streams) }
        let task = Task(executorPreference: channel.shard) { [self] in
            await answer(request)
            finish(request.stream)
        }
        state.withLock { $0.streams[request.stream]?.task = task }
    }

    private func finish(_ stream: Int32) {
        let (owner, isEarlier) = state.withLock { state -> (Waiter?, Bool) in
            state.streams[stream] = nil
            state.session.release(stream)
            guard state.streams.isEmpty else { return (nil, false) }
            state.idleSince = .now
            defer { state.owner = nil }
            return (state.owner, state.remind(at: state.idleSince + server.idleTimeout))
        }
        wakeSender()
        if isEarlier { channel.wakeReader() }
        owner?.resume()
    }

    private func answer(_ request: HTTP2Request) async {
        let stream = HTTP2Stream(id: request.stream, contentLength: request.contentLength, connection: self)
        do throws(ProtocolError) {
            let head = try request.head.get()
            guard request.contentLength ?? 0 <= server.configuration.maximumBodyBytes else {
                throw ProtocolError(
                    status: .contentTooLarge,
                    description: "The body is larger than this server takes."
                )
            }
            let target = try RequestTarget(head.path ?? "/")
            let message = Request(head: head, target: target, body: RequestBody(stream))
            let context = RequestContext(
                remoteAddress: remoteAddress,
                localAddress: server.localAddress,
                version: .http2
            )
            guard let response = await server.response(to: message, context) else {
                return state.withLock { $0.session.reset(stream.id, .cancel) }
            }
            await stream.dropShortRest(upTo: server.configuration.maximumDrainedBytes)
            await write(response, to: head.method, on: stream)
        } catch {
            await write(.problem(error.status, detail: error.description), to: .get, on: stream)
        }
    }

    private func write(_ response: Response, to method: HTTPRequest.Method, on stream: HTTP2Stream) async {
        let status = response.head.status
        let mayHaveBody = status.code >= 200 && status != .noContent && status != .notModified
        let sendsBody = mayHaveBody && method != .head
        let length: Int? =
            switch response.body {
            case .empty: nil
            case .bytes(let bytes): mayHaveBody ? bytes.count : nil
            case .stream(let length, _): mayHaveBody ? length : nil
            }
        let fields = HTTP2FieldList(response.head, length: length, date: .now)
        if response.endsWithClient { endWithClient(stream.id) }
        switch response.body {
        case .bytes(let bytes) where sendsBody && !bytes.isEmpty:
            respond(fields, on: stream, ends: false, body: bytes)
            await finish(response, bytes.count, on: stream)
        case .stream(let length, let write) where sendsBody:
            respond(fields, on: stream, ends: false)
            let framing = length.map { ResponseSerializer.Framing.length($0) } ?? .chunked
            let body = OutgoingBody(destination: stream, framing: framing)
            do {
                try await body.write(by: write)
                await finish(response, body.written, on: stream)
            } catch {
                // The client must see that the body is not whole.
                state.withLock { $0.session.reset(stream.id, .internalError) }
                response.complete(ResponseOutcome(bodyBytes: body.written, error: error))
            }
        default:
            respond(fields, on: stream, ends: true)
            await finish(response, 0, on: stream)
        }
    }

    private func respond(_ fields: HTTP2FieldList, on stream: HTTP2Stream, ends: Bool, body: [UInt8]? = nil) {
        state.withLock { state in
            state.session.respond(fields, on: stream.id, ends: ends)
            guard let body else { return }
            _ = state.session.write(body, on: stream.id)
            state.session.endBody(trailers: [:], on: stream.id)
        }
        wakeSender()
    }

    /// Waits until a response has left, and tells its hooks.
    private func finish(_ response: Response, _ bodyBytes: Int, on stream: HTTP2Stream) async {
        do throws(ChannelError) {
            try await waitUntilAnswered(on: stream.id)
            response.complete(ResponseOutcome(bodyBytes: bodyBytes))
        } catch {
            response.complete(ResponseOutcome(bodyBytes: 0, error: ResponseWriteError(error)))
        }
    }
}
