/// What all connections of a server share.
final class ServerContext: Sendable {
    let configuration: HTTPServer.Configuration
    let responder: any Responder
    let localAddress: SocketAddress
    let headerTimeout: Timeout
    let idleTimeout: Timeout
    let writeTimeout: Timeout
    let bodyPace: BodyPace
    /// How long a connection may take to its first request once the server drains, counted from when it was accepted.
    let freshness: Timeout

    init(configuration: HTTPServer.Configuration, responder: any Responder, localAddress: SocketAddress) {
        self.configuration = configuration
        self.responder = responder
        self.localAddress = localAddress
        headerTimeout = Timeout(configuration.headerTimeout)
        idleTimeout = Timeout(configuration.idleTimeout)
        writeTimeout = Timeout(configuration.writeTimeout)
        freshness = min(Timeout(.milliseconds(250)), Timeout(configuration.shutdownGracePeriod))
        bodyPace = BodyPace(
            timeout: Timeout(configuration.bodyTimeout),
            minimumRate: configuration.minimumBodyBytesPerSecond
        )
    }
}
