import Foundation
import GRDB
import SQLitePool
import ServiceKit
import Testing

@testable import SampleApp

/// Carts and orders in a database of a test's own.
private final class Counter: Sendable {
    let folder: URL
    let carts: CartRepository
    let orders: OrderRepository

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "shop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let pool = SQLitePool(
            path: folder.appending(path: "shop.sqlite").path,
            configuration: SQLitePool.Configuration(name: "shop")
        )
        try await pool.write { try ShopSchema.prepare($0) }
        carts = CartRepository(pool: pool)
        orders = OrderRepository(pool: pool)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func line(_ id: String, _ quantity: Int = 1, category: String = "toys") -> Cart.Line {
        Cart.Line(productID: id, name: id, category: category, quantity: quantity, unitPrice: Money(1000, .usd))
    }

    /// Adds as the shop does: read, change, write back; tries again when another change came first.
    func add(_ line: Cart.Line, checkingVersion: Bool) async throws {
        while true {
            var cart = try await carts.cart(of: "session")
            try cart.add(line)
            await Task.yield()
            let saved = try await carts.save(
                cart,
                difference: line.total,
                checkingVersion: checkingVersion,
                now: 0
            )
            if saved != nil { return }
        }
    }

    func open() async throws -> Order {
        try await orders.open(sessionID: "session", email: "a@b.co", now: 0) { TaxTable.current.contained(in: $0, $1) }
    }
}

@Suite("A cart", .timeLimit(.minutes(1)))
struct CartTests {
    @Test("loses none of many concurrent additions when versions are checked")
    func checked() async throws {
        let counter = try await Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask { try await counter.add(counter.line("p\(number % 3)"), checkingVersion: true) }
            }
            try await group.waitForAll()
        }
        let cart = try await counter.carts.cart(of: "session")
        #expect(cart.units == 30)
        #expect(cart.sumOfLines == cart.total)
    }

    @Test("that is written back unchecked loses an addition, and the order finds that the totals disagree")
    func unchecked() async throws {
        let counter = try await Counter()
        var first = try await counter.carts.cart(of: "session")
        var second = first
        try first.add(counter.line("a"))
        try second.add(counter.line("b"))
        _ = try await counter.carts.save(first, difference: Money(1000, .usd), checkingVersion: false, now: 0)
        _ = try await counter.carts.save(second, difference: Money(1000, .usd), checkingVersion: false, now: 0)
        await #expect(throws: CartError.totalMismatch(lines: Money(1000, .usd), total: Money(2000, .usd))) {
            try await counter.open()
        }
        try await counter.carts.correctTotal(of: "session")
        #expect(try await counter.open().total == Money(1000, .usd), "The next try buys what is there.")
    }

    @Test("becomes one order, however many checkouts begin at once")
    func oneOrder() async throws {
        let counter = try await Counter()
        try await counter.add(counter.line("a", 2), checkingVersion: true)
        let opened = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await counter.open()) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 1)
    }

    @Test("cannot change while an order is made of it, comes back when that fails, and is empty when it is paid")
    func lifeOfAnOrder() async throws {
        let counter = try await Counter()
        try await counter.add(counter.line("a", 2), checkingVersion: true)
        var order = try await counter.open()
        await #expect(throws: CartError.checkoutUnderWay) {
            try await counter.add(counter.line("b"), checkingVersion: true)
        }
        order.status = .failed
        try await counter.orders.update(order, now: 1)
        #expect(try await counter.carts.cart(of: "session").units == 2)

        var second = try await counter.open()
        second.status = .paid
        try await counter.orders.update(second, now: 2)
        #expect(try await counter.carts.cart(of: "session").units == 0)
        #expect(try await counter.orders.stalled(since: 2, limit: 10).map(\.id) == [second.id])
    }

    @Test("holds no more than it may")
    func limits() throws {
        var cart = Cart(sessionID: "s", total: .zero(.usd))
        let line = Cart.Line(productID: "a", name: "a", category: "toys", quantity: 60, unitPrice: Money(1, .usd))
        try cart.add(line)
        #expect(throws: CartError.tooManyUnits) { try cart.add(line) }
    }
}

@Suite("A session")
struct SessionTests {
    @Test("is the one of the cookie that this shop has set")
    func cookie() {
        let id = String(repeating: "ab", count: 16)
        #expect(Session(cookies: ["theme=dark; session=\(id)"]).id == id)
        #expect(Session(cookies: ["session=\(id)"]).isNew == false)
    }

    @Test(
        "is a new one when the cookie holds anything else",
        arguments: [
            "", "session=", "session=42", "session=ZZ", "session=\(String(repeating: "a", count: 33))", "other=1",
        ]
    )
    func foreign(_ cookie: String) {
        let session = Session(cookies: [cookie])
        #expect(session.isNew)
        #expect(session.id.utf8.count == 32)
    }
}

@Suite("Tax")
struct TaxTests {
    @Test("is contained in the price, by department")
    func contained() {
        let book = Cart.Line(productID: "b", name: "b", category: "books", quantity: 1, unitPrice: Money(2100, .usd))
        let lamp = Cart.Line(productID: "l", name: "l", category: "home", quantity: 2, unitPrice: Money(600, .usd))
        #expect(TaxTable.current.contained(in: book) == Money(100, .usd))
        #expect(TaxTable.current.contained(in: lamp) == Money(200, .usd))
        #expect(TaxTable.current.contained(in: [book, lamp], .usd) == Money(300, .usd))
    }
}

@Suite("A release")
struct ReleaseTests {
    @Test("that knows no reduced rate for books fails for orders with books, and for no others")
    func wrongTable() throws {
        let book = Cart.Line(productID: "b", name: "b", category: "books", quantity: 1, unitPrice: Money(2100, .usd))
        let lamp = Cart.Line(productID: "l", name: "l", category: "home", quantity: 1, unitPrice: Money(600, .usd))
        #expect(try TaxTable.current.verified([book, lamp], .usd) == Money(200, .usd))
        #expect(try TaxTable.next.verified([lamp], .usd) == Money(100, .usd))
        #expect(throws: WrongTax(category: "books", charged: Money(350, .usd), lawful: Money(100, .usd))) {
            try TaxTable.next.verified([lamp, book], .usd)
        }
    }
}

@Suite("An e-mail address")
struct EmailAddressTests {
    @Test("is plausible", arguments: ["a@b.co", "first.last+tag@shop.example.com", "ü@bücher.example"])
    func plausible(_ text: String) { #expect(EmailAddress.isPlausible(text)) }

    @Test("is not plausible", arguments: ["", "a", "@b.co", "a@", "a@b", "a b@c.de", "a@b..co", "a@b@c.de"])
    func implausible(_ text: String) { #expect(!EmailAddress.isPlausible(text)) }
}
