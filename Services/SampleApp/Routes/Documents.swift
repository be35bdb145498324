import ServiceKit

/// The body of `POST /cart/add`.
struct CartAddition: Codable, Sendable {
    let productID: String
    let quantity: Int

    enum CodingKeys: String, CodingKey {
        case productID = "product_id"
        case quantity
    }
}

/// The body of `PATCH /cart/lines/{product_id}`.
struct CartChange: Codable, Sendable {
    let quantity: Int
}

/// A cart as clients see it; amounts are in minor units.
struct CartDocument: Codable, Sendable, Equatable {
    struct Line: Codable, Sendable, Equatable {
        let productID: String
        let name: String
        let quantity: Int
        let price: Int
        let total: Int

        enum CodingKeys: String, CodingKey {
            case productID = "product_id"
            case name, quantity, price, total
        }
    }

    let items: [Line]
    let total: Int
    let currency: String

    init(_ cart: Cart) {
        items = cart.lines.map { line in
            Line(
                productID: line.productID,
                name: line.name,
                quantity: line.quantity,
                price: line.unitPrice.amount,
                total: line.total.amount
            )
        }
        total = cart.total.amount
        currency = cart.total.currency.rawValue
    }
}

/// The body of `POST /checkout`.
struct CheckoutOrder: Decodable, Sendable {
    let email: String
    /// Without a card the order waits for `POST /payment`.
    let card: CardDocument?

    enum CodingKeys: String, CodingKey {
        case email, card
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        email = try members.decode(String.self, forKey: .email)
        // A null is a mistake, not a wish to pay later.
        card = members.contains(.card) ? try members.decode(CardDocument.self, forKey: .card) : nil
    }
}

/// A card as the shopper typed it. It passes through to payment-service and is never kept.
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

/// An order as clients see it; amounts are in minor units.
struct OrderDocument: Codable, Sendable, Equatable {
    let orderID: String
    let status: String
    let total: Int
    let tax: Int
    let currency: String
    let paymentID: String?

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case status, total, tax, currency
        case paymentID = "payment_id"
    }

    init(_ order: Order) {
        orderID = order.id
        status = order.status.rawValue
        total = order.total.amount
        tax = order.tax.amount
        currency = order.total.currency.rawValue
        paymentID = order.paymentID
    }
}
