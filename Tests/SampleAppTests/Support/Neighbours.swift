import HTTPCore
import HTTPTypes
import InventoryService
import Logging
import PaymentService

@testable import enum InventoryService.InventoryService
@testable import enum PaymentService.PaymentService
@testable import ServiceKit

/// The real services beside the shop, in this process, on ports that the system gives.
struct Neighbours: Sendable {
    let inventory: HTTPServer
    let payment: HTTPServer

    /// - Parameter folder: Where they keep their databases.
    init(folder: String, environment: [String: String] = [:]) async throws {
        let settings = Settings(environment: environment.merging(["DATA_DIR": folder]) { own, _ in own })
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var stock = try Assembly(name: "inventory-service", settings: settings, logger: logger)
        try await InventoryService.assemble(&stock)
        inventory = try HTTPServer(responder: stock.router)
        var till = try Assembly(name: "payment-service", settings: settings, logger: logger)
        try await PaymentService.assemble(&till)
        payment = try HTTPServer(responder: till.router)
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await inventory.run() }
            group.addTask { try await payment.run() }
            try await group.waitForAll()
        }
    }
}
