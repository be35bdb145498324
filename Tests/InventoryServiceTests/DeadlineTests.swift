import Deadlines
import GRDB
import SQLitePool
import ServiceKit
import Testing

@testable import InventoryService

@Suite("A request's time", .timeLimit(.minutes(1)))
struct DeadlineTests {
    @Test("bounds every wait for the stock's database: to read it, to write it, and for another's lock")
    func boundsTheStock() async throws {
        let shelf = try await TemporaryStock(["lamp": 10])
        let reservation = try await shelf.reserve(1, of: "lamp", order: "first")
        let over = SQLitePoolError.deadlineExceeded(pool: "stock")
        try await shelf.whileLocked {
            await #expect(throws: over) {
                try await Deadline.after(.milliseconds(100)).enforce {
                    _ = try await shelf.reserve(1, of: "lamp", order: "second")
                }
            }
            await #expect(throws: over) {
                try await Deadline.after(.milliseconds(100)).enforce {
                    _ = try await shelf.stock.commit(reservation.id, now: 1)
                }
            }
            await #expect(throws: over) {
                try await Deadline.after(.milliseconds(100)).enforce {
                    _ = try await shelf.stock.release(reservation.id)
                }
            }
            await #expect(throws: over) {
                try await Deadline.after(.zero).enforce { _ = try await shelf.level("lamp") }
            }
        }
        #expect(try await shelf.level("lamp")?.reserved == 1)
    }

    @Test("bounds the catalogue's database")
    func boundsTheCatalogue() async throws {
        let shelf = try await TemporaryStock([:])
        try await shelf.pool.write { db in try CatalogueSchema.prepare(db, entries: CatalogueEntry.opening) }
        let products = ProductRepository(pool: shelf.pool, cacheTimeToLive: .seconds(5))
        for ask in [{ _ = try await products.product("lumen-lamp") }, { _ = try await products.page(ProductQuery()) }]
            as [@Sendable () async throws -> Void]
        {
            await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "stock")) {
                try await Deadline.after(.zero).enforce { try await ask() }
            }
        }
    }
}
