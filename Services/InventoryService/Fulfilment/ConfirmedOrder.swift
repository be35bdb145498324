/// An order that the shop has sold and the warehouse has to send.
struct ConfirmedOrder: Codable, Sendable, Equatable {
    struct Item: Codable, Sendable, Equatable {
        let productID: String
        let quantity: Int

        enum CodingKeys: String, CodingKey {
            case productID = "product_id"
            case quantity
        }
    }

    let orderID: String
    let items: [Item]
    /// Milliseconds since 1970.
    let confirmedAt: Int64

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case items
        case confirmedAt = "confirmed_at"
    }

    /// Whether it can be an order: everybody who reaches the stream can write one.
    var isPlausible: Bool {
        (1...128).contains(orderID.utf8.count) && (1...1_000).contains(items.count)
            && items.allSatisfy { (1...128).contains($0.productID.utf8.count) && (1...100_000).contains($0.quantity) }
    }

    var units: Int { items.reduce(0) { $0 + $1.quantity } }
}
