import Glibc
public import ServiceLifecycle
import Synchronization

/// A server of HTTP/1.1 (RFC 9110, RFC 9112) and of HTTP/2 without TLS (RFC 9113), for clients that begin with its preface:
/// the first bytes of a connection tell which.
///
/// It listens as soon as it is made, so that a taken port shows at once, and serves while ``run()`` runs. On graceful
/// shutdown it stops accepting, closes idle connections, lets requests in flight finish within a grace period, and
/// returns.
///
/// ```swift
/// var router = Router()
/// router.get("/hello/{name}") { request, context in
///     Response(status: .ok, body: .text("Hello, \(context.parameters["name"] ?? "you")!"))
/// }
/// let server = try HTTPServer(configuration: .init(), responder: router)
/// try await server.run()
/// ```
public final class HTTPServer: Service {
    /// Where it really listens; the port is the system's choice when 0 was asked for.
    public let localAddress: SocketAddress

    private let configuration: Configuration
    private let context: ServerContext
    private let listener: Listener
    private let connections = ConnectionSet()
    private let isStopping = Atomic<Bool>(false)

    /// Creates a server and begins to listen.
    ///
    /// - Throws: ``ServerError`` when the address cannot be used.
    public init(configuration: Configuration = Configuration(), responder: some Responder) throws {
        self.configuration = configuration
        listener = try Listener(
            host: configuration.host,
            port: configuration.port,
            backlog: configuration.backlog,
            sharesPort: configuration.sharesPort
        )
        localAddress = listener.localAddress
        context = ServerContext(configuration: configuration, responder: responder, localAddress: localAddress)
    }

    deinit {
        listener.close()
    }

    /// How many connections are open.
    public var connectionCount: Int { connections.count }

    /// How often clients of HTTP/2 went beyond what is allowed, since the server began.
    public var http2Excesses: [HTTP2Excess: Int] { context.http2Excesses.current }

    /// Serves until the service group shuts down or the task is cancelled. A server runs once.
    ///
    /// - Throws: ``ServerError/stoppedListening(host:port:reason:)`` when the socket can accept nobody any more; who was
    ///   connected was served to the end.
    public func run() async throws {
        try await withTaskCancellationOrGracefulShutdownHandler {
            // On a shard, so that work that fills the default executor does not keep clients out.
            let failure = await withTaskExecutorPreference(Shard.next) { await acceptConnections() }
            await drain()
            if let failure { throw failure }
        } onCancelOrGracefulShutdown: { [self] in
            beginShutdown()
        }
    }

    /// Begins the graceful shutdown without a service group; ``run()`` returns when it is over.
    public func beginShutdown() {
        isStopping.store(true, ordering: .relaxed)
        listener.stop()
        connections.wakeWaiters()
    }

    private var stops: Bool { isStopping.load(ordering: .relaxed) }

    /// Accepts until the server stops; why it stopped too early.
    private func acceptConnections() async -> ServerError? {
        defer { listener.close() }
        while true {
            await waitForRoom()
            switch listener.accept() {
            case .connection(let descriptor, let address): serve(descriptor, address)
            // Clients that the kernel has let in already are still served.
            case .nobody where stops: return nil
            case .nobody: _ = await listener.wait()
            case .exhausted where stops: return nil
            case .exhausted: try? await Task.sleep(for: .milliseconds(50))
            case .ended(let error):
                return .stoppedListening(host: localAddress.host, port: localAddress.port, reason: error.description)
            }
        }
    }

    private func waitForRoom() async {
        while true {
            let seen = connections.changes
            guard !stops, connections.count >= configuration.maximumConnections else { return }
            await connections.waitForChange(since: seen)
        }
    }

    private func serve(_ descriptor: Int32, _ address: SocketAddress) {
        Socket.setNoDelay(descriptor)
        let channel = Channel(descriptor: descriptor, shard: .next)
        guard (try? channel.start()) != nil else { return }
        connections.start(ServerConnection(channel: channel, server: context, remoteAddress: address))
    }

    private func drain() async {
        connections.forEach { $0.drain() }
        let grace = Task.isCancelled ? .zero : configuration.shutdownGracePeriod
        await waitUntilEmpty(for: grace)
        connections.forEach { $0.cancel() }
        await waitUntilEmpty(for: .seconds(1))
    }

    /// Waits until no connection is open, but not longer than allowed.
    private func waitUntilEmpty(for limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        let connections = connections
        let alarm = Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            connections.wakeWaiters()
        }
        defer { alarm.cancel() }
        while true {
            let seen = connections.changes
            guard connections.count > 0, .now < deadline else { return }
            await connections.waitForChange(since: seen)
        }
    }
}
