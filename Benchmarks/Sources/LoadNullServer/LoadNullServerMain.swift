import HTTPCore
import HTTPTypes
import Synchronization

/// What a load generator is measured against: `GET /` answers at once, `GET /slow` after 5 to 45 milliseconds that a seed
/// decides, the middle likelier than the ends.
@main
struct LoadNullServerMain {
    static func main() async throws {
        let chance = Chance()
        var router = Router()
        router.get("/") { _, _ in Response(status: .ok, body: .bytes(Array("ok".utf8))) }
        router.get("/slow") { _, _ in
            try await Task.sleep(for: .microseconds(chance.microseconds()), tolerance: .zero)
            return Response(status: .ok, body: .bytes(Array("ok".utf8)))
        }
        var configuration = HTTPServer.Configuration()
        configuration.port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 0
        configuration.maximumConnections = 20_000
        configuration.maximumRequestsPerConnection = 1_000_000_000
        try await HTTPServer(configuration: configuration, responder: router).run()
    }
}

/// Times that follow from a seed.
final class Chance: Sendable {
    private let state = Mutex<UInt64>(1)

    /// The sum of two even chances, and five milliseconds.
    func microseconds() -> Int {
        5_000 + draw() % 20_000 + draw() % 20_000
    }

    private func draw() -> Int {
        state.withLock { state in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
    }
}
