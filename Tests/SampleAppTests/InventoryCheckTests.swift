import Deadlines
import HTTPCore
import HTTPTypes
import ServiceKit
import Testing

@testable import SampleApp

@Suite("The stock check", .timeLimit(.minutes(2)))
struct InventoryCheckTests {
    @Test("of the shop shows when reports hold all of inventory's connections, and is well again afterwards")
    func poolExhaustion() async throws {
        try await TemporaryShop.open(environment: ["INVENTORY_DB_POOL_SIZE": "1"]) { shop in
            var router = Router()
            ProductRoutes(inventory: shop.inventory, logger: shop.logger).add(to: &router)
            let check: @Sendable (Duration) async throws -> Response = { [router] time in
                try await Deadline.after(time).enforce {
                    try await router.respond(
                        to: Request(method: .get, target: "/inventory/check?product_id=lumen-lamp&quantity=1"),
                        context: RequestContext()
                    )
                }
            }
            #expect(try await check(.seconds(60)).head.status == .ok)

            let service = shop.inventory.service
            try await withThrowingTaskGroup(of: Void.self) { reports in
                for _ in 0..<4 {
                    reports.addTask { _ = try? await service.exchange(.get, "/reports/stock-valuation?days=31") }
                }
                var refusal: ServiceCallError?
                while refusal == nil {
                    do { _ = try await check(.milliseconds(200)) } catch let error as ServiceCallError {
                        refusal = error
                    }
                }
                #expect(refusal?.service == "inventory-service")
                #expect(refusal?.problem.status == .gatewayTimeout, "\(String(describing: refusal))")
                try await reports.waitForAll()
            }
            #expect(try await check(.seconds(60)).head.status == .ok)
        }
    }
}
