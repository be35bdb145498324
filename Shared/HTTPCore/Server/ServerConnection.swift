import HTTPTypes
import Synchronization

/// One client connection: reads requests, has them answered and writes responses, in order and as its
/// ``ServerConnectionState`` says. A client that begins with HTTP/2's preface is served by an ``HTTP2Connection``.
final class ServerConnection: Sendable {
    let channel: Channel
    let input: InputBuffer
    let output: OutputBuffer
    let server: ServerContext
    private let remoteAddress: SocketAddress
    private let state: Mutex<ServerConnectionState>
    private let task = Mutex<Task<Void, Never>?>(nil)
    private let http2 = Mutex<HTTP2Connection?>(nil)

    init(channel: Channel, server: ServerContext, remoteAddress: SocketAddress) {
        self.channel = channel
        self.server = server
        self.remoteAddress = remoteAddress
        input = InputBuffer(channel: channel)
        output = OutputBuffer(channel: channel, timeout: server.writeTimeout)
        state = Mutex(
            ServerConnectionState(
                accepted: .now,
                freshness: server.freshness,
                requestLimit: server.configuration.maximumRequestsPerConnection,
                endsWithClient: server.configuration.cancelsWhenClientStopsSending,
                headerTimeout: server.headerTimeout,
                idleTimeout: server.idleTimeout
            )
        )
    }

    // MARK: From the server

    /// Serves the connection on its shard; `whenOver` is called once, after the descriptor was closed.
    func start(whenOver: @escaping @Sendable () -> Void) {
        let task = Task(executorPreference: channel.shard) { [self] in
            await serve()
            channel.close()
            whenOver()
        }
        self.task.withLock { $0 = task }
        channel.observe { [weak self] event in self?.noticed(event) }
    }

    /// Lets the request in flight finish and then closes; an idle connection closes at once.
    func drain() {
        follow(state.withLock { $0.drain() })
        http2.withLock { $0 }?.drain()
    }

    /// Gives up what is in flight.
    func cancel() {
        task.withLock { $0 }?.cancel()
        channel.abort()
    }

    private func noticed(_ event: Channel.Event) {
        switch event {
        case .peerFinished: follow(state.withLock { $0.peerFinished() })
        case .peerGone:
            follow(state.withLock { $0.peerGone() })
            http2.withLock { $0 }?.giveUp()
        case .timedOut: break
        }
    }

    private func follow(_ nudge: ServerConnectionState.Nudge) {
        switch nudge {
        case .none: break
        case .wakeReader: channel.wakeReader()
        case .cancelHandler: task.withLock { $0 }?.cancel()
        }
    }

    // MARK: Serving

    private func serve() async {
        do {
            serving: while true {
                switch try await nextArrival() {
                case .request(let head): guard try await answer(head) else { break serving }
                case .preface:
                    await serveHTTP2()
                    break serving
                case .nothing: break serving
                }
            }
            try await output.send()
        } catch let error as ProtocolError {
            await refuse(error)
        } catch {
            // Nothing more can be said on this connection; what was not sent learns of it.
            try? await output.send()
        }
        state.withLock { $0.closed() }
    }

    /// Serves all that comes from now on as HTTP/2.
    private func serveHTTP2() async {
        let connection = HTTP2Connection(
            channel: channel,
            input: input,
            output: output,
            server: server,
            remoteAddress: remoteAddress
        )
        http2.withLock { $0 = connection }
        if state.withLock({ $0.isDraining }) { connection.drain() }
        await connection.serve()
        await linger()
    }

    /// What a client sends next.
    private enum Arrival {
        case request(RequestHead)
        /// It speaks HTTP/2 (RFC 9113, section 3.4). The preface is still in the input.
        case preface
        /// No further request will come.
        case nothing
    }

    private func nextArrival() async throws -> Arrival {
        var scanner = HeadScanner()
        while true {
            try skipEmptyLines()
            if let arrival = try takeHead(&scanner) { return arrival }
            // What was answered leaves before anything is waited for.
            try await output.send()
            if !input.isDrained, let came = try input.fillAvailable() {
                if came { continue }
                return .nothing
            }
            let hasBytes = !input.isEmpty
            if !hasBytes {
                input.releaseStorage()
                output.releaseStorage()
            }
            switch state.withLock({ $0.needsInput(hasBytes: hasBytes, at: .now) }) {
            case .wait(let end):
                if try await waitReadable(until: end) { continue }
                if try input.fillAvailable() != true { return .nothing }
            case .closeUnlessReadable: if try input.fillAvailable() != true { return .nothing }
            }
        }
    }

    /// Waits for bytes; `false` when they need not come any more.
    private func waitReadable(until deadline: MonotonicTime) async throws -> Bool {
        do throws(ChannelError) {
            try await input.waitReadable(until: deadline)
            return true
        } catch {
            guard error == .timedOut else { throw error }
            switch state.withLock({ $0.timedOut() }) {
            case .closeUnlessReadable: return false
            case .refuse:
                throw ProtocolError(status: .requestTimeout, description: "The request came too slowly.")
            }
        }
    }

    /// Parses the head if all of it is there.
    private func takeHead(_ scanner: inout HeadScanner) throws(ProtocolError) -> Arrival? {
        guard !input.isEmpty else { return nil }
        let limits = server.configuration.limits
        var length = 0
        let arrival = try input.withUnread { bytes throws(ProtocolError) -> Arrival? in
            guard let end = try scanner.end(in: bytes, limits: limits) else { return nil }
            let head = bytes.part(0..<end)
            if HTTP2Preface.isHead(head), state.withLock({ $0.changesProtocol() }) { return .preface }
            length = end
            return .request(try RequestHead(head, limits: limits))
        }
        input.consume(length)
        return arrival
    }

    /// Empty lines before a request line are ignored (RFC 9112, section 2.2), as far as they were in one piece.
    private func skipEmptyLines() throws(ProtocolError) {
        var skipped = 0
        while input.count >= 2, input.withUnread({ $0[0] == Octet.carriageReturn && $0[1] == Octet.lineFeed }) {
            input.consume(2)
            skipped += 1
            guard skipped <= 8 else { throw .bad("There are too many empty lines before the request.") }
        }
    }

    /// Answers one request; `false` when the connection must close.
    private func answer(_ head: RequestHead) async throws -> Bool {
        let configuration = server.configuration
        if case .length(let length) = head.framing, length > configuration.maximumBodyBytes {
            throw ProtocolError(status: .contentTooLarge, description: "The body is larger than this server takes.")
        }
        let target = try RequestTarget(head.request.path ?? "/")
        let body = head.framing == .none ? nil : incomingBody(of: head)
        let request = Request(head: head.request, target: target, body: body.map(RequestBody.init) ?? .empty)
        let context = RequestContext(
            remoteAddress: remoteAddress,
            localAddress: server.localAddress,
            version: head.isHTTP10 ? .http10 : .http11
        )

        output.sendSoon()
        state.withLock { $0.requestArrived(keepsAlive: head.keepsAlive) }
        let response = await server.response(to: request, context)
        let remainder = await body?.takeBack(droppingUpTo: configuration.maximumDrainedBytes) ?? .nothing
        guard let response else {
            state.withLock { $0.handlerGaveUp() }
            return false
        }
        try await write(response, to: head, remainder)
        switch state.withLock({ $0.responseWritten() }) {
        case .read: return true
        case .dropBody:
            let isComplete = await body?.drop() ?? true
            return state.withLock { $0.bodyDropped(isComplete: isComplete) }
        case .linger:
            try await output.send()
            await linger()
            return false
        case .close: return false
        }
    }

    /// What was decided when the handler returned.
    func handlerReturned(
        leaving remainder: IncomingBodyState.Remainder,
        endsWithConnection: Bool,
        endsWithClient: Bool
    ) -> Bool {
        let (keepsAlive, nudge) = state.withLock {
            $0.handlerReturned(
                leaving: remainder,
                endsWithConnection: endsWithConnection,
                endsWithClient: endsWithClient
            )
        }
        follow(nudge)
        return keepsAlive
    }

    /// A message was refused.
    func refused() {
        state.withLock { $0.refused() }
    }

    private func incomingBody(of head: RequestHead) -> IncomingBody {
        IncomingBody(
            head.framing,
            source: IncomingBody.Source(
                channel: channel,
                input: input,
                maximumBytes: server.configuration.maximumBodyBytes,
                limits: server.configuration.limits,
                output: output,
                pace: server.bodyPace
            ),
            invites: head.expectsContinue
        )
    }
}
