import Foundation
import ServiceKit
import Testing

@testable import SampleApp

@Suite("Settlement", .timeLimit(.minutes(2)))
struct SettlementTests {
    private func begin(_ shop: TemporaryShop, _ status: Order.Status) async throws -> Order {
        _ = try await shop.keeper().add("lumen-lamp", quantity: 2, to: shop.session)
        var order = try await shop.checkout().start(shop.session, email: "a@b.co")
        guard status != .reserved else { return order }
        order.status = status
        return try await shop.orders.update(order, now: order.createdAt)
    }

    private func pay(_ order: Order, in shop: TemporaryShop) async throws -> PaymentClient.Payment {
        try await shop.payments.process(
            orderID: order.id,
            amount: order.total,
            card: TemporaryShop.visa,
            key: order.paymentKey
        )
    }

    @Test("confirms an order whose payment was made and whose answer was lost")
    func lostAnswer() async throws {
        try await TemporaryShop.open { shop in
            let order = try await begin(shop, .unsettled)
            let payment = try await pay(order, in: shop)
            try await shop.settlement().settle(at: order.createdAt + 60)
            let settled = try #require(try await shop.orders.order(order.id))
            #expect(settled.status == .confirmed)
            #expect(settled.paymentID == payment.paymentID)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 0)
        }
    }

    @Test("ends an order that was never paid: no money can be taken any more, cart and stock come back")
    func neverPaid() async throws {
        try await TemporaryShop.open { shop in
            let before = try await shop.stock(of: "lumen-lamp")
            let order = try await begin(shop, .paying)
            try await shop.settlement().settle(at: order.createdAt + 60)
            #expect(try await shop.orders.order(order.id)?.status == .failed)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 2)
            #expect(try await shop.stock(of: "lumen-lamp") == before)
            let error = await #expect(throws: ServiceCallError.self) { try await pay(order, in: shop) }
            #expect(error?.description == "payment-service answered 402: The card was declined: cancelled.")
        }
    }

    @Test("leaves an order that waits for its payment to the shopper for a while, then gives its cart back")
    func abandoned() async throws {
        try await TemporaryShop.open { shop in
            let order = try await begin(shop, .reserved)
            try await shop.settlement().settle(at: order.createdAt + 60)
            #expect(try await shop.orders.order(order.id)?.status == .reserved)
            try await shop.settlement().settle(at: order.createdAt + 120)
            #expect(try await shop.orders.order(order.id)?.status == .failed)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 2)
        }
    }

    @Test("never writes an older order back: neither it nor the request can undo what the other wrote")
    func noOlderOrder() async throws {
        try await TemporaryShop.open { shop in
            let stale = try await begin(shop, .paying)
            let paid = try await shop.orders.update(stale.with(.paid), now: 100)
            // What settlement read before the request went on.
            let failed = stale.with(.failed)
            await #expect(throws: OrderMovedOn(current: paid)) { try await shop.orders.update(failed, now: 101) }
            #expect(try await shop.orders.order(stale.id) == paid)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 0, "What was paid is not given back.")
        }
    }

    @Test("and the request that made the order agree when both find the same payment")
    func bothFindIt() async throws {
        try await TemporaryShop.open { shop in
            let order = try await begin(shop, .paying)
            let payment = try await pay(order, in: shop)
            try await shop.settlement().settle(at: order.createdAt + 60)
            let written = try await shop.checkout().writeDown(payment, of: order)
            #expect(written.status == .confirmed)
            #expect(written.paymentID == payment.paymentID)
        }
    }

    @Test("tries again what it could not settle, after the others")
    func triesAgain() async throws {
        try await TemporaryShop.open { shop in
            let order = try await begin(shop, .paying)
            let nowhere = ServiceClient(
                service: "payment-service",
                origin: Origin(host: "127.0.0.1", port: 1),
                client: shop.client
            )
            let settlement = Settlement(
                orders: shop.orders,
                carts: shop.carts,
                inventory: shop.inventory,
                payments: PaymentClient(service: nowhere),
                logger: shop.logger
            )
            let now = order.createdAt + 60
            try await settlement.settle(at: now)
            #expect(try await shop.orders.order(order.id)?.status == .paying)
            #expect(try await shop.orders.stalled(since: now - 1, unpaidSince: 0, limit: 9).isEmpty)
            try await shop.settlement().settle(at: now + 60)
            #expect(try await shop.orders.order(order.id)?.status == .failed)
        }
    }
}

extension Order {
    fileprivate func with(_ status: Status) -> Order {
        var copy = self
        copy.status = status
        return copy
    }
}
