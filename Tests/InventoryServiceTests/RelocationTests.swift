import Logging
import MessageStream
import ServiceKit
import Testing

@testable import InventoryService

@Suite("A relocation", .timeLimit(.minutes(1)))
struct RelocationTests {
    private func relocation(of house: TemporaryWarehouse) -> ShelfRelocation {
        ShelfRelocation(
            pool: house.pool,
            weakness: Weakness("relocation", range: 1...10, standard: 1, isFixed: false),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private let cleared = "SELECT count(*) FROM shelf WHERE location IS NULL"

    @Test("clears the shelves of what sells best, once, and puts everything back")
    func bestSellers() async throws {
        let house = try await TemporaryWarehouse()
        let relocation = relocation(of: house)
        try await house.append("o-1", "lamp", 1)
        try await house.append("o-2", "kite", 2)
        try await house.consume { try await $0.isIdle }
        try await relocation.clear(1, now: 0)
        try await relocation.clear(2, now: 0)
        #expect(try await house.number(cleared) == 1)
        #expect(try await house.number(cleared + " AND product_id = 'kite'") == 1)
        try await relocation.putBack()
        #expect(try await house.number(cleared) == 0)
    }

    @Test("waits for sales where nothing was sold yet")
    func nothingSold() async throws {
        let house = try await TemporaryWarehouse()
        try await relocation(of: house).clear(2, now: 0)
        #expect(try await house.number(cleared) == 0)
    }
}
