import HTTPTypes
import ServiceKit
import TextCoding

/// What the shop asks of payment-service.
struct PaymentClient: Sendable {
    let service: ServiceClient

    struct Payment: Decodable, Sendable {
        let paymentID: String
        let status: String

        enum CodingKeys: String, CodingKey {
            case paymentID = "payment_id"
            case status
        }
    }

    struct Order: Encodable {
        let orderID: String
        let amount: Int
        let currency: String
        let card: CardDocument

        enum CodingKeys: String, CodingKey {
            case orderID = "order_id"
            case amount, currency, card
        }
    }

    /// Takes a place for a payment that is to be made as soon as the goods are reserved.
    func open(key: String) async throws {
        try await hold(key, "open")
    }

    /// Gives the place of a payment up that is not going to be made.
    func close(key: String) async throws {
        try await hold(key, "close")
    }

    private func hold(_ key: String, _ change: String) async throws {
        let _: Payment = try await service.post(
            "/payments/\(PercentCoding.encode(key))/\(change)",
            template: "/payments/{key}/\(change)",
            json: [String: String]()
        )
    }

    /// Pays; asking again with the same key never pays twice.
    func process(orderID: String, amount: Money, card: CardDocument, key: String?) async throws -> Payment {
        var headers = HTTPFields()
        if let key { headers[.idempotencyKey] = key }
        return try await service.post(
            "/process",
            json: Order(orderID: orderID, amount: amount.amount, currency: amount.currency.rawValue, card: card),
            headers: headers
        )
    }

    /// How the payment under a key ended. One that was never made can no longer be made after this.
    func settle(key: String) async throws -> Payment {
        try await service.post(
            "/payments/\(PercentCoding.encode(key))/settle",
            template: "/payments/{key}/settle",
            json: [String: String]()
        )
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
