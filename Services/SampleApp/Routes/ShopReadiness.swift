import HTTPCore
import HTTPTypes
import SQLitePool
import ServiceKit

/// `GET /ready`: whether the shop and the services that it needs can serve.
struct ShopReadiness: Sendable {
    let database: SQLitePool
    let client: HTTPClient
    let services: [ServiceClient]

    func add(to router: inout Router) {
        router.get("/ready") { _, _ in
            let states = await states()
            let isReady = states.values.allSatisfy { $0 == "ok" }
            return .json(
                ReadinessDocument(status: isReady ? "ok" : "unavailable", services: states),
                status: isReady ? .ok : .serviceUnavailable
            )
        }
    }

    private func states() async -> [String: String] {
        await withTaskGroup(of: (String, String).self) { group in
            for service in services {
                group.addTask { (service.service, await answers(service) ? "ok" : "unavailable") }
            }
            let isOpen = (try? await database.check()) != nil
            var states = ["sample-ecommerce-app": isOpen ? "ok" : "unavailable"]
            for await (name, state) in group { states[name] = state }
            return states
        }
    }

    /// Asks without a span: a probe belongs to no request.
    private func answers(_ service: ServiceClient) async -> Bool {
        let request = HTTPRequest(method: .get, scheme: "http", authority: service.origin.authority, path: "/ready")
        do {
            let response = try await client.execute(request, deadline: .now + .milliseconds(800))
            _ = try await response.body.collect(upTo: 65_536)
            return response.head.status == .ok
        } catch {
            return false
        }
    }
}

/// Whether each service can serve.
struct ReadinessDocument: Codable, Sendable {
    let status: String
    let services: [String: String]
}
