import ServiceKit
import Testing

@testable import SampleApp

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

    @Test("that is a patch charges every order as the current one does")
    func patch() throws {
        let lines = ["books", "home"].map {
            Cart.Line(productID: $0, name: $0, category: $0, quantity: 1, unitPrice: Money(2100, .usd))
        }
        #expect(try TaxTable.patched.verified(lines, .usd) == TaxTable.current.verified(lines, .usd))
        #expect(Set([TaxTable.current, .next, .patched].map(\.version)).count == 3)
    }

    @Test("goes to its share of the sessions, and two releases to sessions of their own")
    func shares() {
        func armed(_ share: Double?) -> Weakness {
            let release = Weakness("x", range: 0.01...1, standard: 0.5, isFixed: false)
            if let share { release.arm(intensity: share, for: .seconds(600)) }
            return release
        }
        let sessions = (0..<4096).map { String($0 * 16 + 65536, radix: 16).dropFirst() + "rest" }
        func versions(next: Double?, patched: Double?) -> [String: Int] {
            let rollout = Rollout(next: armed(next), patched: armed(patched))
            return sessions.reduce(into: [:]) { $0[rollout.taxTable(for: String($1)).version, default: 0] += 1 }
        }
        #expect(versions(next: nil, patched: nil) == ["1.4.2": 4096])
        #expect(versions(next: nil, patched: 0.75) == ["1.4.2": 1024, "1.4.3": 3072])
        #expect(versions(next: 0.25, patched: 0.5) == ["1.4.2": 1024, "1.4.3": 2048, "1.5.0": 1024])
        #expect(versions(next: nil, patched: 1) == ["1.4.3": 4096])
    }
}
