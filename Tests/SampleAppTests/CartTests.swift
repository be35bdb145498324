import ServiceKit
import Testing

@testable import SampleApp

@Suite("A cart", .timeLimit(.minutes(1)))
struct CartTests {
    private func put(_ line: Cart.Line, into shop: TemporaryShop) async throws {
        var cart = try await shop.carts.cart(of: shop.session.id)
        try cart.add(line)
        let saved = try await shop.carts.save(cart, difference: line.total, checkingVersion: true, now: 0)
        #expect(saved != nil)
    }

    private func open(_ shop: TemporaryShop) async throws -> Order {
        try await shop.orders.open(sessionID: shop.session.id, email: "a@b.co", now: 0) {
            TaxTable.current.contained(in: $0, $1)
        }
    }

    @Test("is not saved over a change that came after it was read, when versions are checked")
    func checked() async throws {
        try await TemporaryShop.open { shop in
            var late = try await shop.carts.cart(of: shop.session.id)
            try late.add(shop.line("b"))
            try await put(shop.line("a"), into: shop)
            let saved = try await shop.carts.save(
                late,
                difference: Money(1000, .usd),
                checkingVersion: true,
                now: 0
            )
            #expect(saved == nil)
            #expect(try await shop.carts.cart(of: shop.session.id).lines.map(\.productID) == ["a"])
        }
    }

    @Test("that is written back unchecked loses an addition, and the order finds that the totals disagree")
    func unchecked() async throws {
        try await TemporaryShop.open { shop in
            var first = try await shop.carts.cart(of: shop.session.id)
            var second = first
            try first.add(shop.line("a"))
            try second.add(shop.line("b"))
            for cart in [first, second] {
                _ = try await shop.carts.save(cart, difference: Money(1000, .usd), checkingVersion: false, now: 0)
            }
            await #expect(throws: CartError.totalMismatch(lines: Money(1000, .usd), total: Money(2000, .usd))) {
                try await open(shop)
            }
            try await shop.carts.correctTotal(of: shop.session.id)
            #expect(try await open(shop).total == Money(1000, .usd), "The next try buys what is there.")
        }
    }

    @Test("becomes one order, however many checkouts begin at once")
    func oneOrder() async throws {
        try await TemporaryShop.open { shop in
            try await put(shop.line("a", 2), into: shop)
            let opened = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { (try? await open(shop)) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(opened == 1)
        }
    }

    @Test("cannot change while an order is made of it, comes back when that fails, and is empty when it is paid")
    func lifeOfAnOrder() async throws {
        try await TemporaryShop.open { shop in
            try await put(shop.line("a", 2), into: shop)
            var order = try await open(shop)
            await #expect(throws: CartError.checkoutUnderWay) { try await put(shop.line("b"), into: shop) }
            order.status = .failed
            _ = try await shop.orders.update(order, now: 1)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 2)

            var second = try await open(shop)
            second.status = .paid
            _ = try await shop.orders.update(second, now: 2)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 0)
            #expect(try await shop.orders.stalled(since: 2, unpaidSince: 2, limit: 10).map(\.id) == [second.id])
        }
    }

    @Test("holds no more than it may")
    func limits() throws {
        var cart = Cart(sessionID: "s", total: .zero(.usd))
        let line = Cart.Line(productID: "a", name: "a", category: "toys", quantity: 60, unitPrice: Money(1, .usd))
        try cart.add(line)
        #expect(throws: CartError.tooManyUnits) { try cart.add(line) }
    }
}
