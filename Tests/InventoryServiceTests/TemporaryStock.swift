import Foundation
import GRDB
import SQLitePool
import ServiceKit

@testable import InventoryService

/// A stock of a test's own.
final class TemporaryStock: Sendable {
    let folder: URL
    let pool: SQLitePool
    let stock: StockRepository

    init(_ units: [String: Int], replenishment: ReplenishmentRule = .never) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "stock-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        pool = SQLitePool(
            path: folder.appending(path: "stock.sqlite").path,
            configuration: SQLitePool.Configuration(name: "stock")
        )
        stock = StockRepository(pool: pool)
        let entries = units.map { id, count in
            CatalogueEntry(
                product: Product(id: id, name: id, description: "", category: .toys, price: Money(1000, .usd)),
                initialStock: count,
                unitCost: Money(550, .usd),
                replenishment: replenishment
            )
        }
        try await pool.write { db in try StockSchema.prepare(db, entries: entries, now: 0) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func level(_ id: String) async throws -> StockLevel? {
        try await stock.levels(of: [id])[id]
    }

    func reserve(_ quantity: Int, of id: String, order: String, now: Double = 0) async throws -> Reservation {
        try await stock.reserve(
            orderID: order,
            lines: [Reservation.Line(productID: id, quantity: quantity)],
            now: now,
            timeToLive: 60
        )
    }

    /// Runs an operation while somebody else holds the lock for writing the stock's database.
    func whileLocked(_ operation: () async throws -> Void) async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: pool.path, configuration: configuration)
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await operation()) } catch { outcome = .failure(error) }
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        try outcome.get()
    }
}
