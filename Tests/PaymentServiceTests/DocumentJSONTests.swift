import FoundationEssentials
import ServiceKit
import Testing

@testable import PaymentService

/// The documents that write and read themselves say what `Codable` says.
@Suite("Documents of payment-service as JSON")
struct DocumentJSONTests {
    @Test("reads what the general encoder writes")
    func reads() throws {
        let card = CardDocument(number: "4242424242424242", expiryMonth: 4, expiryYear: 2031, securityCode: "123")
        let order = PaymentOrder(orderID: "ord_1", amount: 3998, currency: "EUR", card: card)
        var json = JSONReader(Array(try JSONEncoder().encode(order)))
        let read = try #require(PaymentOrder(reading: &json))
        #expect(read.orderID == "ord_1")
        #expect(read.amount == 3998)
        #expect(read.currency == "EUR")
        #expect(read.card.number == card.number)
        #expect(read.card.expiryMonth == 4)
        #expect(read.card.expiryYear == 2031)
        #expect(read.card.securityCode == "123")
    }

    @Test("writes what the general encoder writes")
    func writes() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let payment = PaymentDocument(paymentID: "pay_1", status: "captured")
        #expect(JSON.encode(payment) == Array(try encoder.encode(payment)))
    }

    @Test("knows the month of a moment", arguments: [0, 951_826_554, 1_790_000_000])
    func month(moment: Double) {
        let date = Date(timeIntervalSince1970: moment)
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month], from: date)
        let month = PaymentCard.month(of: date)
        #expect(month.year == parts.year)
        #expect(month.month == parts.month)
    }
}
