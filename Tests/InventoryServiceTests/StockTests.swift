import GRDB
import SQLitePool
import ServiceKit
import Testing

@testable import InventoryService

@Suite("The stock", .timeLimit(.minutes(2)))
struct StockTests {
    @Test("sells exactly ten units to two hundred concurrent buyers")
    func lastUnits() async throws {
        let shelf = try await TemporaryStock(["lamp": 10])
        let sold = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        let reservation = try await shelf.reserve(1, of: "lamp", order: "order-\(number)")
                        _ = try await shelf.stock.commit(reservation.id, now: 1)
                        return true
                    } catch ReservationError.outOfStock {
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(sold == 10)
        let level = try #require(try await shelf.level("lamp"))
        #expect(level.sold == 10)
        #expect(level.available == 0)
        #expect(level.isBalanced)
    }

    @Test("stays balanced while orders are reserved, sold, given up, forgotten and delivered at the same time")
    func invariant() async throws {
        let rule = ReplenishmentRule(reorderPoint: 20, deliverySize: 50)
        let shelf = try await TemporaryStock(["a": 60, "b": 60], replenishment: rule)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<120 {
                group.addTask {
                    let id = number.isMultiple(of: 2) ? "a" : "b"
                    let now = Double(number)
                    guard let reservation = try? await shelf.reserve(2, of: id, order: "\(number)", now: now) else {
                        return
                    }
                    switch number % 3 {
                    case 0: _ = try? await shelf.stock.commit(reservation.id, now: now)
                    case 1: _ = try? await shelf.stock.release(reservation.id)
                    default: _ = try await shelf.stock.expire(now: now + 61)
                    }
                }
                group.addTask { _ = try await shelf.stock.replenish(now: Double(number)) }
            }
            try await group.waitForAll()
        }
        for id in ["a", "b"] {
            let level = try #require(try await shelf.level(id))
            #expect(level.isBalanced, "\(level)")
        }
    }

    @Test("reserves everything or nothing")
    func allOrNothing() async throws {
        let shelf = try await TemporaryStock(["a": 5, "b": 0])
        let lines = [
            Reservation.Line(productID: "a", quantity: 2), Reservation.Line(productID: "b", quantity: 1),
        ]
        await #expect(throws: ReservationError.outOfStock(productID: "b", wanted: 1, available: 0)) {
            try await shelf.stock.reserve(orderID: "o", lines: lines, now: 0, timeToLive: 60)
        }
        #expect(try await shelf.level("a")?.available == 5)
    }

    @Test("gives one order one reservation, however often it asks")
    func repeatedOrder() async throws {
        let shelf = try await TemporaryStock(["a": 5])
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await shelf.reserve(2, of: "a", order: "same").id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await shelf.level("a")?.reserved == 2)
    }

    @Test("puts back what nobody commits in time, and does not sell it afterwards")
    func expiry() async throws {
        let shelf = try await TemporaryStock(["a": 5])
        let reservation = try await shelf.reserve(3, of: "a", order: "o", now: 100)
        #expect(try await shelf.stock.expire(now: 159) == 0)
        #expect(try await shelf.stock.expire(now: 160) == 1)
        #expect(try await shelf.level("a")?.available == 5)
        await #expect(throws: ReservationError.notActive(reservation.id, .expired)) {
            try await shelf.stock.commit(reservation.id, now: 161)
        }
    }

    @Test("sells a reservation once when it is committed twice, and never gives back what was sold")
    func repeatedCommit() async throws {
        let shelf = try await TemporaryStock(["a": 5])
        let reservation = try await shelf.reserve(3, of: "a", order: "o")
        _ = try await shelf.stock.commit(reservation.id, now: 1)
        _ = try await shelf.stock.commit(reservation.id, now: 2)
        #expect(try await shelf.level("a")?.sold == 3)
        await #expect(throws: ReservationError.notActive(reservation.id, .committed)) {
            try await shelf.stock.release(reservation.id)
        }
        #expect(try await shelf.stock.expire(now: 1_000_000) == 0)
    }

    @Test("cannot be brought out of balance by a faulty statement")
    func tableChecks() async throws {
        let shelf = try await TemporaryStock(["a": 5])
        await #expect(throws: (any Error).self) {
            try await shelf.pool.write { db in
                try db.execute(sql: "UPDATE stock SET available = available + 1 WHERE product_id = 'a'")
            }
        }
        #expect(try await shelf.level("a")?.isBalanced == true)
    }

    @Test("values what is left at the cost of the latest deliveries")
    func valuation() async throws {
        let shelf = try await TemporaryStock(
            ["a": 10],
            replenishment: ReplenishmentRule(reorderPoint: 5, deliverySize: 10)
        )
        let reservation = try await shelf.reserve(8, of: "a", order: "o")
        _ = try await shelf.stock.commit(reservation.id, now: 10)
        try await shelf.pool.write { db in try db.execute(sql: "UPDATE stock SET unit_cost = 700") }
        _ = try await shelf.stock.replenish(now: 20)
        let lines = try await StockValuation(pool: shelf.pool, pace: .zero).compute(days: 1, now: 30)
        // Two units of the first ten at 5.50, and ten at 7.00.
        #expect(lines.first?.units == 12)
        #expect(lines.first?.value.amount == 2 * 550 + 10 * 700)
    }
}
