import HTTPTypes
import Synchronization

/// One client connection: reads requests, has them answered, writes responses, in order, until it ends.
final class ServerConnection: Sendable {
    let channel: Channel
    let input: InputBuffer
    let output: OutputBuffer
    let server: ServerContext
    private let remoteAddress: SocketAddress
    private let isDraining = Atomic<Bool>(false)
    /// Whether a handler works for the client alone, so that it can stop when the client goes.
    private let canCancel = Atomic<Bool>(false)
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(channel: Channel, server: ServerContext, remoteAddress: SocketAddress) {
        self.channel = channel
        self.server = server
        self.remoteAddress = remoteAddress
        input = InputBuffer(channel: channel)
        output = OutputBuffer(channel: channel, timeout: server.writeTimeout)
    }

    // MARK: From the server

    /// Serves the connection on its shard; `whenOver` is called once, after the descriptor was closed.
    func start(whenOver: @escaping @Sendable () -> Void) {
        channel.onPeerLeft { [weak self] in self?.clientLeft() }
        let task = Task(executorPreference: channel.shard) { [self] in
            await serve()
            channel.close()
            whenOver()
        }
        self.task.withLock { $0 = task }
    }

    /// Lets the request in flight finish and then closes; an idle connection closes at once.
    func drain() {
        isDraining.store(true, ordering: .relaxed)
        channel.wakeReader()
    }

    /// Gives up whatever is in flight.
    func cancel() {
        task.withLock { $0 }?.cancel()
        channel.abort()
    }

    // MARK: Serving

    private func serve() async {
        var served = 0
        do {
            while let head = try await nextHead() {
                served += 1
                let isLast = served == server.configuration.maximumRequestsPerConnection
                guard try await answer(head, isLast: isLast) else { break }
            }
            try await output.send()
        } catch let error as ProtocolError {
            await refuse(error)
        } catch {
            // Nothing more can be said on this connection; what was not sent learns of it.
            try? await output.send()
        }
    }

    /// The next request's head; `nil` when the client has ended the connection or the server drains.
    private func nextHead() async throws -> RequestHead? {
        var scanner = HeadScanner()
        var headEnd = MonotonicTime.distantFuture
        while true {
            try skipEmptyLines()
            if let head = try takeHead(&scanner) { return head }
            // What was answered leaves before anything is waited for.
            try await output.send()
            if input.isEmpty, isDraining.load(ordering: .relaxed) { return nil }
            if input.isDrained {
                let isIdle = input.isEmpty
                if isIdle {
                    input.releaseStorage()
                    output.releaseStorage()
                } else if headEnd == .distantFuture {
                    headEnd = .now + server.headerTimeout
                }
                guard try await waitForMore(until: isIdle ? .now + server.idleTimeout : headEnd) else { return nil }
            }
            if try input.fillAvailable() == false { return nil }
        }
    }

    /// Waits for bytes; `false` when an idle connection waited long enough.
    private func waitForMore(until deadline: MonotonicTime) async throws -> Bool {
        do throws(ChannelError) {
            try await input.waitReadable(until: deadline)
            return true
        } catch {
            guard error == .timedOut else { throw error }
            if input.isEmpty { return false }
            throw ProtocolError(status: .requestTimeout, description: "The request came too slowly.")
        }
    }

    /// Parses the head if all of it is there.
    private func takeHead(_ scanner: inout HeadScanner) throws(ProtocolError) -> RequestHead? {
        guard !input.isEmpty else { return nil }
        let limits = server.configuration.limits
        var length = 0
        let head = try input.withUnread { bytes throws(ProtocolError) -> RequestHead? in
            guard let end = try scanner.end(in: bytes, limits: limits) else { return nil }
            length = end
            return try RequestHead(bytes.part(0..<end), limits: limits)
        }
        input.consume(length)
        return head
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
    private func answer(_ head: RequestHead, isLast: Bool) async throws -> Bool {
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
        canCancel.store(body != nil || input.isEmpty, ordering: .relaxed)
        let response = await response(to: request, context)
        canCancel.store(false, ordering: .relaxed)
        guard let response else { return false }

        let limit = configuration.maximumDrainedBytes
        let canGoOn = body?.end(droppingUpTo: limit) ?? true
        let keepsAlive = head.keepsAlive && canGoOn && !isLast && !isDraining.load(ordering: .relaxed)
        let staysOpen = try await write(response, to: head, keepsAlive: keepsAlive)
        let isWhole = body?.isComplete ?? true
        if staysOpen { return isWhole ? true : await body?.drop(upTo: limit) ?? true }
        try await output.send()
        // More may be on its way from a client that did not expect the end.
        if head.keepsAlive || !isWhole { await linger() }
        return false
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

    private func response(to request: Request, _ context: RequestContext) async -> Response? {
        do {
            return try await server.responder.respond(to: request, context: context)
        } catch let error as any HTTPResponseError {
            return error.response()
        } catch is CancellationError where Task.isCancelled {
            return nil
        } catch {
            return .problem(.internalServerError)
        }
    }

    /// A client that has gone needs no answer: its handler is cancelled, unless more requests are on their way.
    private func clientLeft() {
        if canCancel.load(ordering: .relaxed) { task.withLock { $0 }?.cancel() }
    }
}
