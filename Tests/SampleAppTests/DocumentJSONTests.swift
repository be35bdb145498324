import FoundationEssentials
import ServiceKit
import Testing

@testable import SampleApp

/// The documents that write and read themselves say what `Codable` says.
@Suite("Documents of the shop as JSON")
struct DocumentJSONTests {
    private static let line = Cart.Line(
        productID: "tea-1",
        name: "Tea \"Earl\" caf\u{E9}",
        category: "home",
        quantity: 2,
        unitPrice: Money(1999, .eur)
    )
    private static let card = CardDocument(
        number: "4242424242424242",
        expiryMonth: 4,
        expiryYear: 2031,
        securityCode: "123"
    )
    private static let product = InventoryClient.Product(
        id: "tea-1",
        name: "Tea",
        description: "50 % off / hot",
        category: "home",
        price: 1999,
        currency: "EUR",
        stock: 4
    )

    private func isWrittenTheSame(_ value: some Encodable) throws -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(value is any JSONWritable)
        return JSON.encode(value) == Array(try encoder.encode(value))
    }

    @Test("writes what the general encoder writes")
    func writes() throws {
        #expect(try isWrittenTheSame([Self.line, Self.line]))
        #expect(try isWrittenTheSame([Cart.Line]()))
        let cart = Cart(sessionID: "s", lines: [Self.line], total: Money(3998, .eur))
        #expect(try isWrittenTheSame(CartDocument(cart)))
        #expect(try isWrittenTheSame(Self.product))
        #expect(try isWrittenTheSame(InventoryClient.ProductList(products: [Self.product], total: 1)))
        let item = InventoryClient.Item(productID: "tea-1", quantity: 2)
        #expect(try isWrittenTheSame(InventoryClient.ReservationOrder(orderID: "ord_1", items: [item])))
        #expect(try isWrittenTheSame(PaymentAnswer(orderID: "ord_1", paymentID: "pay_1", status: "captured")))
        #expect(try isWrittenTheSame([String: String]()))
        #expect(try isWrittenTheSame(["traceparent": "00-1-2-01", "baggage": "a=\"b\"/c"]))
        let payment = PaymentClient.Order(orderID: "ord_1", amount: 3998, currency: "EUR", card: Self.card)
        #expect(try isWrittenTheSame(payment))
        let message = InventoryStream.Message(id: "m", key: "k", headers: ["a": "b"], body: Data([0, 1, 254, 255]))
        #expect(try isWrittenTheSame(message))
    }

    @Test("tells the warehouse of an order as the general encoder does")
    func confirmedOrder() throws {
        let order = Order(
            id: "ord_1",
            sessionID: "s",
            email: "a@example.com",
            lines: [Self.line, Self.line],
            total: Money(7996, .eur),
            tax: Money(1600, .eur),
            status: .confirmed,
            createdAt: 1
        )
        #expect(try isWrittenTheSame(ConfirmedOrder(order, at: 1_790_000_000.25)))
    }

    @Test("reads a purchase in one pass, with a card and without")
    func purchases() throws {
        let card = #"{"cvc":"123","exp_month":4,"exp_year":2031,"number":"4242424242424242"}"#
        var json = JSONReader(Array(#"{"email":"a@example.com","card":\#(card)}"#.utf8))
        #expect(try #require(CheckoutOrder(reading: &json)).card?.expiryMonth == 4)
        json = JSONReader(Array(#"{"email":"a@example.com"}"#.utf8))
        #expect(try #require(CheckoutOrder(reading: &json)).card == nil)
        json = JSONReader(Array(#"{"email":"a@example.com","card":null}"#.utf8))
        #expect(CheckoutOrder(reading: &json) == nil)
        json = JSONReader(Array(#"{"order_id":"ord_1","card":\#(card)}"#.utf8))
        let wish = try #require(PaymentWish(reading: &json))
        #expect(wish.orderID == "ord_1")
        #expect(wish.card.number == "4242424242424242")
    }

    @Test("reads the answers of payment-service and of the stream in one pass")
    func answers() throws {
        var json = JSONReader(Array(#"{"payment_id":"pay_1","status":"captured"}"#.utf8))
        #expect(try #require(PaymentClient.Payment(reading: &json)).paymentID == "pay_1")
        json = JSONReader(Array(#"{"offset":"17","partition":3}"#.utf8))
        let place = try #require(InventoryStream.Place(reading: &json))
        #expect(place.partition == 3)
        #expect(place.offset == "17")
    }

    @Test("leaves out the payment of an order that has none, as the general encoder does", arguments: [nil, "pay_1"])
    func order(paymentID: String?) throws {
        let order = Order(
            id: "ord_1",
            sessionID: "s",
            email: "a@example.com",
            lines: [Self.line],
            total: Money(3998, .eur),
            tax: Money(800, .eur),
            status: .created,
            paymentID: paymentID,
            createdAt: 1
        )
        #expect(try isWrittenTheSame(OrderDocument(order)))
    }

    @Test("reads in one pass what it and inventory-service write")
    func reads() throws {
        let plain = Cart.Line(
            productID: "tea-1",
            name: "Tea caf\u{E9}",
            category: "home",
            quantity: 2,
            unitPrice: Money(1999, .eur)
        )
        #expect(try read([Cart.Line].self, of: [plain]) == [plain])
        let list = InventoryClient.ProductList(products: [Self.product, Self.product], total: 2)
        let known = try read(InventoryClient.ProductList.self, of: list)
        #expect(try isWrittenTheSame(known))
        #expect(JSON.encode(known) == JSON.encode(list))
        var json = JSONReader(Array(#"{"product_id":"tea-1","quantity":2}"#.utf8))
        let addition = try #require(CartAddition(reading: &json))
        #expect(addition.productID == "tea-1")
        #expect(addition.quantity == 2)
    }

    @Test("leaves a text with escapes to the general decoder, which reads it")
    func escapes() throws {
        let written = JSON.encode([Self.line])
        var json = JSONReader(written)
        #expect([Cart.Line](reading: &json) == nil)
        #expect(try JSON.decode([Cart.Line].self, from: written) == [Self.line])
    }

    private func read<Value: JSONReadable & Encodable>(_ type: Value.Type, of value: Value) throws -> Value {
        var json = JSONReader(JSON.encode(value))
        return try #require(Value(reading: &json))
    }
}
