import FoundationEssentials
import MessageStream
import ServiceKit
import Testing
import TextCoding

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

    @Test("reads a message and the order in it as the general decoder does")
    func messages() throws {
        let order = ConfirmedOrder(
            orderID: "ord_1",
            items: [.init(productID: "tea-1", quantity: 3)],
            confirmedAt: 1_790_000_000_000
        )
        let body = try JSONEncoder().encode(order)
        let message = MessageDocument(id: "m", key: "k", headers: ["traceparent": "00-1-2-01", "a": "b"], body: body)
        let bytes = Array(try JSONEncoder().encode(message))
        var json = JSONReader(bytes)
        let read = try #require(MessageDocument(reading: &json))
        #expect(read.id == "m")
        #expect(read.key == "k")
        #expect(read.headers == message.headers)
        #expect(read.body == body)
        json = JSONReader(Array(body))
        #expect(try #require(ConfirmedOrder(reading: &json)) == order)
        json = JSONReader(Array(#"{"id":"m","key":"k","headers":{},"body":"no base64"}"#.utf8))
        #expect(MessageDocument(reading: &json) == nil)
        let position = StreamPosition(partition: 2, offset: "17")
        #expect(try isWrittenTheSame(PlaceDocument(position)))
    }

    @Test("tells times as Foundation does", arguments: [0, 1_000_000.9, 1_790_000_000.5, 951_826_554])
    func times(moment: Double) {
        #expect(
            RFC3339.text(Int64(moment.rounded(.down)) * 1_000)
                == Date(timeIntervalSince1970: moment).formatted(.iso8601)
        )
    }
}
