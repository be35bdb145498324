import ServiceKit

/// A product as clients see it.
struct ProductDocument: Codable, Sendable, Equatable {
    let id: String
    let name: String
    let description: String
    let category: String
    /// In minor units of the currency.
    let price: Int
    let currency: String
    /// How many can be bought now.
    let stock: Int

    init(_ product: Product, stock: Int) {
        id = product.id
        name = product.name
        description = product.description
        category = product.category.rawValue
        price = product.price.amount
        currency = product.price.currency.rawValue
        self.stock = stock
    }
}

/// One page of products.
struct ProductListDocument: Codable, Sendable, Equatable {
    let products: [ProductDocument]
    /// How many match in all.
    let total: Int
}

/// The body of `POST /check-availability`.
struct AvailabilityQuestion: Codable, Sendable {
    let productID: String
    let quantity: Int

    enum CodingKeys: String, CodingKey {
        case productID = "product_id"
        case quantity
    }
}

/// Whether there is enough of a product, and what it is.
struct AvailabilityAnswer: Codable, Sendable, Equatable {
    let productID: String
    let quantity: Int
    let available: Bool
    let stock: Int
    let name: String
    let category: String
    let price: Int
    let currency: String

    enum CodingKeys: String, CodingKey {
        case productID = "product_id"
        case quantity, available, stock, name, category, price, currency
    }
}

/// The body of `POST /reserve`.
struct ReservationOrder: Codable, Sendable {
    let orderID: String
    let items: [AvailabilityQuestion]

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case items
    }
}

/// A reservation as clients see it.
struct ReservationDocument: Codable, Sendable, Equatable {
    let reservationID: String
    let orderID: String
    let status: String
    /// RFC 3339, UTC.
    let expiresAt: String

    enum CodingKeys: String, CodingKey {
        case reservationID = "reservation_id"
        case orderID = "order_id"
        case status
        case expiresAt = "expires_at"
    }
}
