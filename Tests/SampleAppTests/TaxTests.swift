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
}
