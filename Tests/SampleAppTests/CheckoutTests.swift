import Deadlines
import GRDB
import HTTPTypes
import SQLitePool
import ServiceKit
import Testing

@testable import SampleApp

@Suite("A checkout", .timeLimit(.minutes(2)))
struct CheckoutTests {
    @Test("reserves, pays and sells what is in the cart, and empties it")
    func buys() async throws {
        try await TemporaryShop.open { shop in
            let before = try await shop.stock(of: "lumen-lamp")
            let cart = try await shop.keeper().add("lumen-lamp", quantity: 2, to: shop.session)
            let order = try await shop.checkout().buy(shop.session, email: "a@b.co", card: TemporaryShop.visa)
            #expect(order.status == .confirmed)
            #expect(order.total == cart.total)
            #expect(try await shop.orders.order(order.id) == order)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 0)
            #expect(try await shop.stock(of: "lumen-lamp") == before - 2)
        }
    }

    @Test("that is begun without a card waits for its payment, and is paid once however often it is asked for")
    func startsThenPays() async throws {
        try await TemporaryShop.open { shop in
            _ = try await shop.keeper().add("lumen-lamp", quantity: 2, to: shop.session)
            let checkout = shop.checkout()
            let order = try await checkout.start(shop.session, email: "a@b.co")
            #expect(order.status == .reserved)
            let confirmed = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        (try? await checkout.pay(order, with: TemporaryShop.visa))?.status == .confirmed
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(confirmed == 1)
            let captures = try await shop.database("gateway.sqlite").read { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM charge WHERE decline IS NULL")
            }
            #expect(captures == 1)
        }
    }

    @Test("that the card's bank declines gives the cart and the stock back")
    func declined() async throws {
        try await TemporaryShop.open { shop in
            let before = try await shop.stock(of: "lumen-lamp")
            _ = try await shop.keeper().add("lumen-lamp", quantity: 2, to: shop.session)
            let error = await #expect(throws: ServiceCallError.self) {
                try await shop.checkout().buy(shop.session, email: "a@b.co", card: TemporaryShop.declined)
            }
            #expect(error?.isDecline == true)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 2)
            #expect(try await shop.stock(of: "lumen-lamp") == before)
        }
    }

    @Test("reserves nothing when every place for a payment is taken, and buys once there is one again")
    func paymentsFull() async throws {
        try await TemporaryShop.open(environment: ["PAYMENT_SLOTS": "1"]) { shop in
            let before = try await shop.stock(of: "lumen-lamp")
            _ = try await shop.keeper().add("lumen-lamp", quantity: 2, to: shop.session)
            try await shop.payments.open(key: "another")
            let error = await #expect(throws: ServiceCallError.self) {
                try await shop.checkout().buy(shop.session, email: "a@b.co", card: TemporaryShop.visa)
            }
            #expect(error?.checkoutProblem.status == .serviceUnavailable, "\(String(describing: error))")
            #expect(try await shop.stock(of: "lumen-lamp") == before)
            #expect(try await shop.carts.cart(of: shop.session.id).units == 2)
            try await shop.payments.close(key: "another")
            let order = try await shop.checkout().buy(shop.session, email: "a@b.co", card: TemporaryShop.visa)
            #expect(order.status == .confirmed)
        }
    }

    @Test("gives the place of its payment up when there is not enough in stock")
    func closesPayment() async throws {
        try await TemporaryShop.open(environment: ["PAYMENT_SLOTS": "1"]) { shop in
            _ = try await shop.keeper().add("lumen-lamp", quantity: 2, to: shop.session)
            try await shop.database("stock.sqlite").write { db in
                try db.execute(
                    sql: "UPDATE stock SET initial = 1, available = 1, reorder_point = 0 WHERE product_id = ?",
                    arguments: ["lumen-lamp"]
                )
            }
            let error = await #expect(throws: ServiceCallError.self) {
                try await shop.checkout().buy(shop.session, email: "a@b.co", card: TemporaryShop.visa)
            }
            #expect(error?.isRefusal == true)
            try await shop.payments.open(key: "another")
        }
    }

    @Test("waits for no database longer than its budget: not for inventory's, and not for payment's")
    func boundedByBudget() async throws {
        // Each would wait two seconds for the lock, and then be told that it cannot have it.
        try await TemporaryShop.open { shop in
            _ = try await shop.keeper().add("lumen-lamp", quantity: 1, to: shop.session)
            let hasty = shop.checkout(budget: .seconds(1))
            try await shop.whileLocked("stock.sqlite") {
                let error = await #expect(throws: ServiceCallError.self) {
                    try await hasty.start(shop.session, email: "a@b.co")
                }
                #expect(error?.service == "inventory-service")
                #expect(error?.checkoutProblem.status == .gatewayTimeout, "\(String(describing: error))")
            }
            let order = try await shop.checkout().start(shop.session, email: "a@b.co")
            try await shop.whileLocked("payments.sqlite") {
                let error = await #expect(throws: ServiceCallError.self) {
                    try await hasty.pay(order, with: TemporaryShop.visa)
                }
                #expect(error?.service == "payment-service")
                #expect(error?.checkoutProblem.status == .gatewayTimeout, "\(String(describing: error))")
            }
        }
    }

    @Test("waits for the shop's own database no longer than its budget")
    func boundedByBudgetInTheShop() async throws {
        try await TemporaryShop.open { shop in
            _ = try await shop.keeper().add("lumen-lamp", quantity: 1, to: shop.session)
            try await shop.whileLocked("shop.sqlite") {
                await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "shop")) {
                    try await shop.checkout(budget: .milliseconds(200))
                        .buy(shop.session, email: "a@b.co", card: TemporaryShop.visa)
                }
            }
        }
    }

    @Test("writes down that money was taken also when its budget is spent by then")
    func paidTooLate() async throws {
        try await TemporaryShop.open { shop in
            _ = try await shop.keeper().add("lumen-lamp", quantity: 1, to: shop.session)
            let order = try await shop.checkout().start(shop.session, email: "a@b.co")
            var paying = order
            paying.status = .paying
            paying = try await shop.orders.update(paying, now: 1)
            let payment = try await shop.payments.process(
                orderID: order.id,
                amount: order.total,
                card: TemporaryShop.visa,
                key: order.paymentKey
            )
            let written = try await Deadline.after(.zero).enforce { [paying] in
                try await shop.checkout().writeDown(payment, of: paying)
            }
            #expect(written.status == .paid)
            #expect(try await shop.orders.order(order.id)?.status == .paid)
        }
    }
}
