import Foundation
import GRDB
import HTTPCore
import Logging
import SQLitePool
import ServiceKit

@testable import SampleApp

/// The shop's parts on a database of a test's own, with the real services beside it.
struct TemporaryShop: Sendable {
    let folder: URL
    let pool: SQLitePool
    let carts: CartRepository
    let orders: OrderRepository
    let inventory: InventoryClient
    let payments: PaymentClient
    let client: HTTPClient
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let session = Session(id: "session", telemetryID: "visit", cookieValue: "session.proof", isNew: true)

    static let visa = CardDocument(number: "4242424242424242", expiryMonth: 12, expiryYear: 2099, securityCode: "123")
    static let declined = CardDocument(
        number: "4000000000009995",
        expiryMonth: 12,
        expiryYear: 2099,
        securityCode: "123"
    )

    /// The folder of services that have just opened: what they write then is two years of business.
    private static let template = Task {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "opening-\(ProcessInfo.processInfo.processIdentifier)"
        )
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        _ = try await Neighbours(folder: folder.path)
        return folder
    }

    /// Runs a test with a shop that is gone afterwards.
    static func open<Result: Sendable>(
        environment: [String: String] = [:],
        outboxLimit: Int = 10_000,
        _ body: @Sendable (TemporaryShop) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "shop-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: try await template.value, to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let neighbours = try await Neighbours(folder: folder.path, environment: environment)
        let client = HTTPClient()
        let shop = try await TemporaryShop(folder, neighbours, client, outboxLimit: outboxLimit)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await neighbours.run() }
            defer { group.cancelAll() }
            let outcome: Swift.Result<Result, any Error>
            do { outcome = .success(try await body(shop)) } catch { outcome = .failure(error) }
            await client.shutdown()
            return try outcome.get()
        }
    }

    private init(
        _ folder: URL,
        _ neighbours: Neighbours,
        _ client: HTTPClient,
        outboxLimit: Int
    ) async throws {
        self.folder = folder
        self.client = client
        pool = SQLitePool(
            path: folder.appending(path: "shop.sqlite").path,
            configuration: SQLitePool.Configuration(name: "shop")
        )
        try await pool.write { try ShopSchema.prepare($0) }
        carts = CartRepository(pool: pool)
        orders = OrderRepository(pool: pool, outboxLimit: outboxLimit)
        func service(_ name: String, _ server: HTTPServer) -> ServiceClient {
            let address = server.localAddress
            return ServiceClient(service: name, origin: Origin(host: address.host, port: address.port), client: client)
        }
        inventory = InventoryClient(service: service("inventory-service", neighbours.inventory))
        payments = PaymentClient(service: service("payment-service", neighbours.payment))
    }

    func keeper(losingUpdates: Bool = false, attempts: Int = 8) -> CartKeeper {
        let unchecked = Weakness("unchecked", range: 1...1, standard: 1, isFixed: false)
        if losingUpdates { unchecked.arm(intensity: 1, for: .seconds(600)) }
        var keeper = CartKeeper(carts: carts, inventory: inventory, unchecked: unchecked, logger: logger)
        keeper.attempts = attempts
        return keeper
    }

    func checkout(budget: Duration = .seconds(60)) -> Checkout {
        Checkout(
            orders: orders,
            inventory: inventory,
            payments: payments,
            rollout: Rollout(
                next: Weakness("next", range: 0...1, standard: 1, isFixed: true),
                patched: Weakness("patched", range: 0...1, standard: 1, isFixed: true)
            ),
            logger: logger,
            budget: budget
        )
    }

    func settlement() -> Settlement {
        Settlement(orders: orders, carts: carts, inventory: inventory, payments: payments, logger: logger)
    }

    func line(_ id: String, _ quantity: Int = 1, category: String = "toys") -> Cart.Line {
        Cart.Line(productID: id, name: id, category: category, quantity: quantity, unitPrice: Money(1000, .usd))
    }

    /// The stock that inventory-service tells.
    func stock(of product: String) async throws -> Int {
        try await inventory.product(product).stock
    }

    /// Another process's view of a database of the services beside the shop.
    func database(_ name: String) -> SQLitePool {
        SQLitePool(path: folder.appending(path: name).path, configuration: SQLitePool.Configuration(name: name))
    }

    /// Runs an operation while somebody else holds the lock for writing a database file.
    func whileLocked(_ name: String, _ operation: () async throws -> Void) async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: folder.appending(path: name).path, configuration: configuration)
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await operation()) } catch { outcome = .failure(error) }
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        try outcome.get()
    }
}
