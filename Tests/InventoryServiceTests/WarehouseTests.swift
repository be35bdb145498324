import MessageStream
import Testing

@testable import InventoryService

@Suite("The warehouse", .timeLimit(.minutes(2)))
struct WarehouseTests {
    @Test("picks every order once, and proposes a purchase for each delivery that was sold")
    func everyOrderOnce() async throws {
        let house = try await TemporaryWarehouse()
        for number in 0..<40 { try await house.append("o-\(number)", number % 2 == 0 ? "lamp" : "kite") }
        try await house.consume { try await $0.isIdle }
        #expect(try await house.picked().count == 40)
        #expect(try await house.number("SELECT sum(quantity) FROM pick_line") == 40)
        #expect(try await house.number("SELECT sum(quantity) FROM purchase_proposal WHERE product_id = 'kite'") == 20)
    }

    @Test("picks nothing twice when a message comes again, before or after it was processed and forgotten")
    func again() async throws {
        let house = try await TemporaryWarehouse(memory: 0)
        let place = try await house.append("o-1")
        #expect(try await house.append("o-1") == place)
        try await house.consume { try await $0.isIdle }
        #expect(try await house.append("o-1") == place)
        try await house.stream.trim()
        #expect(try await house.append("o-1") != place)
        try await house.consume { try await $0.isIdle }
        #expect(try await house.number("SELECT sum(quantity) FROM pick_line") == 1)
        #expect(try await house.number("SELECT units FROM demand") == 1)
    }

    @Test("stands still behind an order that cannot be picked, in its partition alone, and goes on when it can")
    func poison() async throws {
        let house = try await TemporaryWarehouse()
        let (blocked, free) = (house.orders(in: 2, 3), house.orders(in: 3, 3))
        try await house.execute("UPDATE shelf SET location = NULL WHERE product_id = 'kite'")
        try await house.append(blocked[0], "kite")
        for order in blocked.dropFirst() + free { try await house.append(order) }
        try await house.consume { house in
            let picked = try await house.picked()
            let attempts = try await house.number("SELECT max(attempts) FROM stream_group WHERE name = 'picking'")
            return picked.count == 3 && attempts >= 20
        }
        #expect(try await house.picked() == free.sorted())
        #expect(try await house.stream.lag(of: Warehouse.picking) == [0, 0, 3, 0])
        #expect(try await house.lag(Warehouse.replenishment) == 0, "The other group goes its own way.")

        try await house.execute("UPDATE shelf SET location = home")
        try await house.consume { try await $0.lag() == 0 }
        #expect(try await house.picked() == (blocked + free).sorted())
    }

    @Test("puts an order that cannot be picked aside after its last attempt and picks those behind it")
    func deadLetters() async throws {
        let house = try await TemporaryWarehouse(deadLetterLimit: 2)
        let orders = house.orders(in: 1, 5)
        for (index, order) in orders.enumerated() { try await house.append(order, index < 3 ? "unicorn" : "lamp") }
        try await house.consume(attempts: 3) { try await $0.lag() == 0 }
        #expect(try await house.picked() == orders.dropFirst(3).sorted())
        // Two are kept at most; the oldest went.
        #expect(try await house.number("SELECT count(*) FROM dead_letter WHERE group_name = 'picking'") == 2)
        #expect(try await house.number("SELECT min(attempts) FROM dead_letter") == 3)
    }

    @Test("treats what is no order as any other that cannot be picked")
    func unreadable() async throws {
        let house = try await TemporaryWarehouse()
        _ = try await house.stream.append(StreamMessage(id: "x", key: "x", body: Array("{".utf8)))
        try await house.consume(attempts: 2) { try await $0.isIdle }
        #expect(try await house.number("SELECT count(*) FROM dead_letter") == 2)
        #expect(try await house.picked().isEmpty)
    }

    @Test("takes no more orders in than it may fall behind")
    func full() async throws {
        let house = try await TemporaryWarehouse(limit: 2)
        let orders = house.orders(in: 0, 3)
        for order in orders.prefix(2) { try await house.append(order) }
        await #expect(throws: StreamFull(limit: 2)) { try await house.append(orders[2]) }
        try await house.append(orders[0])
        try await house.append(house.orders(in: 1, 1)[0])
    }
}
