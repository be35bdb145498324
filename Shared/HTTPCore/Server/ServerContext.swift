import HTTPTypes

/// What all connections of a server share.
final class ServerContext: Sendable {
    let configuration: HTTPServer.Configuration
    let responder: any Responder
    let localAddress: SocketAddress
    let headerTimeout: Timeout
    let idleTimeout: Timeout
    let writeTimeout: Timeout
    let bodyPace: BodyPace
    /// How long a client's requests may be on their way once the server drains.
    let freshness: Timeout
    /// What clients of HTTP/2 did beyond what is allowed.
    let http2Excesses = HTTP2ExcessCounts()

    init(configuration: HTTPServer.Configuration, responder: any Responder, localAddress: SocketAddress) {
        self.configuration = configuration
        self.responder = responder
        self.localAddress = localAddress
        headerTimeout = Timeout(configuration.headerTimeout)
        idleTimeout = Timeout(configuration.idleTimeout)
        writeTimeout = Timeout(configuration.writeTimeout)
        freshness = min(Timeout(configuration.freshness), Timeout(configuration.shutdownGracePeriod))
        bodyPace = BodyPace(
            timeout: Timeout(configuration.bodyTimeout),
            minimumRate: configuration.minimumBodyBytesPerSecond
        )
    }

    /// What the handler answers, or what answers for it when it throws; `nil` when its task was cancelled.
    func response(to request: Request, _ context: RequestContext) async -> Response? {
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
}
