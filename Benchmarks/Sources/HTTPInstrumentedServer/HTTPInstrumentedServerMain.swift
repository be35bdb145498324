import HTTPCore
import HTTPTypes
import ServiceKit

/// `GET /json` as a service of the suite answers it: a sampled SERVER span that is exported, and the duration histogram.
@main
struct HTTPInstrumentedServerMain {
    static func main() async {
        await ServiceProcess.run(
            "benchmark",
            port: (variable: "BENCHMARK_PORT", default: 19_003),
            assemble: addRoutes
        )
    }

    @Sendable private static func addRoutes(_ assembly: inout Assembly) async throws {
        let body = Array(#"{"id":"sku-1","name":"Field notebook","price":1250,"currency":"EUR","stock":37}"#.utf8)
        assembly.router.get("/json") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: .bytes(body))
        }
    }
}
