import ServiceKit

/// What the warehouse is told of an order: nothing about who bought.
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

    init(_ order: Order, at now: Double) {
        orderID = order.id
        items = order.lines.map { Item(productID: $0.productID, quantity: $0.quantity) }
        confirmedAt = Int64(now * 1000)
    }
}

extension ConfirmedOrder: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("confirmed_at", Int(confirmedAt))
            json.member("items", items)
            json.member("order_id", orderID)
        }
    }
}

extension ConfirmedOrder.Item: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("product_id", productID)
            json.member("quantity", quantity)
        }
    }
}
