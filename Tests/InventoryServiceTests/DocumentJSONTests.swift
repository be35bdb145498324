import FoundationEssentials
import ServiceKit
import Testing

@testable import InventoryService

/// The documents that write and read themselves say what `Codable` says.
@Suite("Documents of inventory-service as JSON")
struct DocumentJSONTests {
    private func isWrittenTheSame(_ value: some Encodable) throws -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(value is any JSONWritable)
        return JSON.encode(value) == Array(try encoder.encode(value))
    }

    @Test("writes what the general encoder writes")
    func writes() throws {
        let product = Product(
            id: "tea-1",
            name: "Tea \"Earl\"",
            description: "50 % off / caf\u{E9}",
            category: Product.Category.allCases[0],
            price: Money(1999, .eur)
        )
        let document = ProductDocument(product, stock: 7)
        #expect(try isWrittenTheSame(document))
        #expect(try isWrittenTheSame(ProductListDocument(products: [document, document], total: 12)))
        #expect(
            try isWrittenTheSame(
                AvailabilityAnswer(
                    productID: "tea-1",
                    quantity: 3,
                    available: false,
                    stock: 2,
                    name: "Tea",
                    category: "home",
                    price: 5,
                    currency: "USD"
                )
            )
        )
        let reservation = Reservation(id: "res_1", orderID: "ord_1", status: .active, lines: [], expiresAt: 1_000_000)
        #expect(try isWrittenTheSame(ReservationDocument(reservation)))
    }

    @Test("reads what the general encoder writes")
    func reads() throws {
        let item = AvailabilityQuestion(productID: "tea-1", quantity: 3)
        let order = ReservationOrder(
            orderID: "ord_1",
            items: [item, AvailabilityQuestion(productID: "b", quantity: 1)]
        )
        var json = JSONReader(Array(try JSONEncoder().encode(order)))
        let read = try #require(ReservationOrder(reading: &json))
        #expect(read.orderID == "ord_1")
        #expect(read.items.map(\.productID) == ["tea-1", "b"])
        #expect(read.items.map(\.quantity) == [3, 1])
    }
}
