/// The body of `POST /process`.
struct PaymentOrder: Codable, Sendable {
    let orderID: String
    /// In minor units of the currency.
    let amount: Int
    let currency: String
    let card: CardDocument

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case amount, currency, card
    }
}

/// A card as the shopper typed it.
struct CardDocument: Codable, Sendable {
    let number: String
    let expiryMonth: Int
    let expiryYear: Int
    let securityCode: String

    enum CodingKeys: String, CodingKey {
        case number
        case expiryMonth = "exp_month"
        case expiryYear = "exp_year"
        case securityCode = "cvc"
    }
}

/// A payment as clients see it.
struct PaymentDocument: Codable, Sendable, Equatable {
    let paymentID: String
    let status: String

    enum CodingKeys: String, CodingKey {
        case paymentID = "payment_id"
        case status
    }
}
