import HTTPCore
import ServiceLifecycle

/// Closes the outgoing connections once everything that uses them has stopped.
struct HTTPClientService: Service {
    let client: HTTPClient

    func run() async throws {
        try? await gracefulShutdown()
        await client.shutdown()
    }
}
