import HTTPTypes
import Synchronization

/// One client connection: reads requests, has them answered, writes responses, in order, until it ends.
final class ServerConnection: Sendable {
    private let channel: Channel
    private let input: InputBuffer
    private let configuration: HTTPServer.Configuration
    private let responder: any Responder
    private let remoteAddress: SocketAddress
    private let localAddress: SocketAddress
    private let isDraining = Atomic<Bool>(false)
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(
        channel: Channel,
        configuration: HTTPServer.Configuration,
        responder: any Responder,
        remoteAddress: SocketAddress,
        localAddress: SocketAddress
    ) {
        self.channel = channel
        input = InputBuffer(channel: channel)
        self.configuration = configuration
        self.responder = responder
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
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
        while served < configuration.maximumRequestsPerConnection {
            let isLast = served + 1 == configuration.maximumRequestsPerConnection
            do {
                guard let head = try await nextHead() else { return }
                served += 1
                guard try await answer(head, isLast: isLast) else { return }
            } catch let error as ProtocolError {
                await refuse(error)
                return
            } catch {
                return
            }
        }
    }

    /// The next request's head; `nil` when the client has ended the connection or the server drains.
    private func nextHead() async throws -> RequestHead? {
        var scanner = HeadScanner()
        guard try await waitForRequest() else { return nil }
        channel.setDeadline(.now + configuration.headerTimeout)
        while true {
            if let head = try takeHead(&scanner) {
                channel.setDeadline(.distantFuture)
                return head
            }
            guard try await readMoreOfHead() else { return nil }
        }
    }

    /// Parses the head if all of it is there.
    private func takeHead(_ scanner: inout HeadScanner) throws(ProtocolError) -> RequestHead? {
        let limits = configuration.limits
        var found: (head: RequestHead, bytes: Int)?
        try input.withUnread { bytes throws(ProtocolError) in
            guard let end = try scanner.end(in: bytes, limits: limits) else { return }
            found = (try RequestHead(bytes.part(0..<end), limits: limits), end)
        }
        guard let found else { return nil }
        input.consume(found.bytes)
        return found.head
    }

    private func readMoreOfHead() async throws -> Bool {
        do throws(ChannelError) {
            return try await input.fill()
        } catch {
            guard error == .timedOut else { throw error }
            throw ProtocolError(status: .requestTimeout, description: "The request came too slowly.")
        }
    }

    /// Waits until the first byte of a request is there; `false` when none will come.
    private func waitForRequest() async throws -> Bool {
        skipEmptyLines()
        guard input.isEmpty else { return true }
        input.releaseStorage()
        channel.setDeadline(.now + configuration.idleTimeout)
        while true {
            let came = try input.fillAvailable()
            if came == false { return false }
            skipEmptyLines()
            if !input.isEmpty { return true }
            if isDraining.load(ordering: .relaxed) { return false }
            if came == nil { try await channel.waitReadable() }
        }
    }

    /// Empty lines before a request line are ignored (RFC 9112, section 2.2).
    private func skipEmptyLines() {
        while input.count >= 2, input.withUnread({ $0[0] == Octet.carriageReturn && $0[1] == Octet.lineFeed }) {
            input.consume(2)
        }
    }

    /// Answers one request; `false` when the connection must close.
    private func answer(_ head: RequestHead, isLast: Bool) async throws -> Bool {
        if case .length(let length) = head.framing, length > configuration.maximumBodyBytes {
            throw ProtocolError(status: .contentTooLarge, description: "The body is larger than this server takes.")
        }
        let target = try RequestTarget(head.request.path ?? "/")
        let body = IncomingBody(
            head.framing,
            source: IncomingBody.Source(
                channel: channel,
                input: input,
                maximumBytes: configuration.maximumBodyBytes,
                timeout: configuration.bodyTimeout,
                limits: configuration.limits
            ),
            invites: head.expectsContinue
        )
        let request = Request(head: head.request, target: target, body: RequestBody(body))
        let context = RequestContext(remoteAddress: remoteAddress, localAddress: localAddress)

        channel.onPeerLeft { [weak self] in self?.clientLeft() }
        let response = await response(to: request, context)
        channel.onPeerLeft(nil)
        guard let response else { return false }

        let mayReuse = await body.finish(drainingUpTo: configuration.maximumDrainedBytes)
        let keepsAlive = head.keepsAlive && mayReuse && !isLast && !isDraining.load(ordering: .relaxed)
        try await write(response, to: head, keepsAlive: keepsAlive)
        if !keepsAlive, !body.isComplete { await linger() }
        return keepsAlive
    }

    private func response(to request: Request, _ context: RequestContext) async -> Response? {
        do {
            return try await responder.respond(to: request, context: context)
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
        if input.isEmpty { task.withLock { $0 }?.cancel() }
    }

    // MARK: Writing

    private func write(_ response: Response, to head: RequestHead, keepsAlive: Bool) async throws {
        let status = response.head.status
        let mayHaveBody = status.code >= 200 && status != .noContent && status != .notModified
        let isHead = head.request.method == .head
        var output: [UInt8] = []
        func appendHead(_ framing: ResponseSerializer.Framing, keepsAlive: Bool) {
            ResponseSerializer.append(
                response.head,
                framing: mayHaveBody ? framing : .none,
                keepsAlive: keepsAlive,
                isHTTP10: head.isHTTP10,
                date: .now,
                to: &output
            )
        }

        switch response.body {
        case .empty, .bytes:
            var bytes: [UInt8] = []
            if case .bytes(let given) = response.body { bytes = given }
            output.reserveCapacity(512 + bytes.count)
            appendHead(.length(bytes.count), keepsAlive: keepsAlive)
            if mayHaveBody, !isHead { output.append(contentsOf: bytes) }
            channel.setDeadline(.now + configuration.writeTimeout)
            do {
                try await channel.write(output)
            } catch {
                response.complete(ResponseOutcome(bodyBytes: 0, error: ResponseWriteError(error)))
                throw error
            }
            response.complete(ResponseOutcome(bodyBytes: mayHaveBody && !isHead ? bytes.count : 0))
        case .stream(let length, let write):
            let framing: ResponseSerializer.Framing =
                length.map { .length($0) } ?? (head.isHTTP10 ? .untilClose : .chunked)
            appendHead(framing, keepsAlive: keepsAlive && framing != .untilClose)
            let stream = OutgoingBody(
                channel: channel,
                head: output,
                framing: framing,
                timeout: configuration.writeTimeout,
                skipsBody: isHead || !mayHaveBody
            )
            do {
                if !isHead, mayHaveBody { try await write(ResponseBodyWriter(stream)) }
                try await stream.finish()
            } catch {
                response.complete(ResponseOutcome(bodyBytes: stream.written, error: error))
                throw error
            }
            response.complete(ResponseOutcome(bodyBytes: stream.written))
            if framing == .untilClose { throw ChannelError.aborted }
        }
    }

    private func refuse(_ error: ProtocolError) async {
        let response = Response.problem(error.status, detail: error.description)
        guard case .bytes(let body) = response.body else { return }
        var output: [UInt8] = []
        ResponseSerializer.append(
            response.head,
            framing: .length(body.count),
            keepsAlive: false,
            isHTTP10: false,
            date: .now,
            to: &output
        )
        output.append(contentsOf: body)
        channel.setDeadline(.now + .seconds(5))
        guard (try? await channel.write(output)) != nil else { return }
        await linger()
    }

    /// Reads on for a moment after the last response: closing with unread bytes would reset the connection, and the
    /// client might never see the answer (RFC 9112, section 9.6).
    private func linger() async {
        channel.finishWriting()
        channel.setDeadline(.now + .seconds(2))
        var dropped = 0
        while dropped < 1 << 20, (try? await input.fill()) == true {
            dropped += input.count
            input.consume(input.count)
        }
    }
}
