import MessageStream
import Testing

@testable import InventoryService

@Suite("The warehouse", .timeLimit(.minutes(2)))
struct WarehouseTests {
    @Test(
        "picks every order once, and proposes a purchase for each delivery that was sold",
        arguments: StreamKind.available
    )
    func everyOrderOnce(kind: StreamKind) async throws {
        let house = try await TemporaryWarehouse(kind)
        for number in 0..<40 { try await house.append("o-\(number)", number % 2 == 0 ? "lamp" : "kite") }
        try await house.consume { try await $0.isIdle }
        #expect(try await house.picked().count == 40)
        #expect(try await house.number("SELECT sum(quantity) FROM pick_line") == 40)
        #expect(try await house.number("SELECT sum(quantity) FROM purchase_proposal WHERE product_id = 'kite'") == 20)
    }

    @Test(
        "picks nothing twice when a message comes again, before or after it was processed and forgotten",
        arguments: StreamKind.available
    )
    func again(kind: StreamKind) async throws {
        let house = try await TemporaryWarehouse(kind, memory: 0)
        let place = try await house.append("o-1")
        #expect(try await house.append("o-1") == place)
        try await house.consume { try await $0.isIdle }
        #expect(try await house.append("o-1") == place)
        try await house.system.forgetSent("o-1")
        #expect(try await house.append("o-1") != place)
        try await house.consume { try await $0.isIdle }
        #expect(try await house.number("SELECT sum(quantity) FROM pick_line") == 1)
        #expect(try await house.number("SELECT units FROM demand") == 1)
    }

    @Test(
        "stands still behind an order that cannot be picked, in its partition alone, and goes on when it can",
        arguments: StreamKind.available
    )
    func poison(kind: StreamKind) async throws {
        let house = try await TemporaryWarehouse(kind)
        let (blocked, free) = (house.orders(in: 2, 3), house.orders(in: 3, 3))
        try await house.execute("UPDATE shelf SET location = NULL WHERE product_id = 'kite'")
        try await house.append(blocked[0], "kite")
        for order in blocked.dropFirst() + free { try await house.append(order) }
        try await house.consume { house in
            let picked = try await house.picked()
            let attempts = try await house.system.attempts(in: 2, for: Warehouse.picking)
            let other = try await house.lag(Warehouse.replenishment)
            return picked.count == 3 && attempts >= 20 && other == 0
        }
        #expect(try await house.picked() == free.sorted())
        #expect(try await house.stream.lag(of: Warehouse.picking) == [0, 0, 3, 0])
        #expect(try await house.system.deadLetters(of: Warehouse.picking).isEmpty)

        try await house.execute("UPDATE shelf SET location = home")
        try await house.consume { try await $0.lag() == 0 }
        #expect(try await house.picked() == (blocked + free).sorted())
    }

    @Test(
        "puts an order that cannot be picked aside after its last attempt and picks those behind it",
        arguments: StreamKind.available
    )
    func deadLetters(kind: StreamKind) async throws {
        let house = try await TemporaryWarehouse(kind, deadLetterLimit: 2)
        try await house.execute("UPDATE shelf SET location = NULL WHERE product_id = 'kite'")
        let orders = house.orders(in: 1, 5)
        for (index, order) in orders.enumerated() { try await house.append(order, index < 3 ? "kite" : "lamp") }
        try await house.consume(attempts: 3) { try await $0.isIdle }
        #expect(try await house.picked() == orders.dropFirst(3).sorted())
        // Two are kept at most; the oldest went.
        let letters = try await house.system.deadLetters(of: Warehouse.picking)
        #expect(letters.map(\.id) == Array(orders[1...2]))
        #expect(letters.map(\.attempts) == [3, 3])
    }

    @Test(
        "puts aside at once what no attempt can process, also where others are tried without end",
        arguments: StreamKind.available,
        [
            "{", "", "[]", #"{"order_id":"x","items":[],"confirmed_at":0}"#,
            #"{"order_id":"x","items":[{"product_id":"lamp","quantity":0}],"confirmed_at":0}"#,
            #"{"order_id":"x","items":[{"product_id":"lamp","quantity":9223372036854775807},"#
                + #"{"product_id":"lamp","quantity":9223372036854775807}],"confirmed_at":0}"#,
            #"{"order_id":"x","items":[{"product_id":"unicorn","quantity":1}],"confirmed_at":0}"#,
        ]
    )
    func unreadable(kind: StreamKind, body: String) async throws {
        let house = try await TemporaryWarehouse(kind)
        let orders = house.orders(in: 0, 2)
        _ = try await house.stream.append(StreamMessage(id: "x", key: orders[0], body: Array(body.utf8)))
        try await house.append(orders[1])
        try await house.consume { try await $0.isIdle }
        let letters = try await house.system.deadLetters(of: Warehouse.picking)
        #expect(letters.map(\.id) == ["x"] && letters.map(\.attempts) == [1])
        #expect(try await house.picked() == [orders[1]])
    }

    @Test("takes no more orders in than it may fall behind", arguments: StreamKind.available)
    func full(kind: StreamKind) async throws {
        let house = try await TemporaryWarehouse(kind, limit: 2)
        let orders = house.orders(in: 0, 3)
        for order in orders.prefix(2) { try await house.append(order) }
        await #expect(throws: StreamFull(limit: 2)) { try await house.append(orders[2]) }
        try await house.append(orders[0])
        try await house.append(house.orders(in: 1, 1)[0])
        try await house.consume { try await $0.isIdle }
        try await house.append(orders[2])
    }
}
