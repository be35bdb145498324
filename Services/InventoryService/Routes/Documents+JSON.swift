import FoundationEssentials
import ServiceKit

// What every visit asks for, and what it sends.

extension ProductDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("category", category)
            json.member("currency", currency)
            json.member("description", description)
            json.member("id", id)
            json.member("name", name)
            json.member("price", price)
            json.member("stock", stock)
        }
    }
}

extension ProductListDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("products", products)
            json.member("total", total)
        }
    }
}

extension AvailabilityQuestion: JSONReadable {
    init?(reading json: inout JSONReader) {
        var productID: String?
        var quantity: Int?
        let isRead = json.object { member, json in
            switch member {
            case "product_id": json.read(&productID)
            case "quantity": json.read(&quantity)
            default: json.skip()
            }
        }
        guard isRead, let productID, let quantity else { return nil }
        self.init(productID: productID, quantity: quantity)
    }
}

extension AvailabilityAnswer: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("available", available)
            json.member("category", category)
            json.member("currency", currency)
            json.member("name", name)
            json.member("price", price)
            json.member("product_id", productID)
            json.member("quantity", quantity)
            json.member("stock", stock)
        }
    }
}

extension ReservationOrder: JSONReadable {
    init?(reading json: inout JSONReader) {
        var orderID: String?
        var items: [AvailabilityQuestion]?
        let isRead = json.object { member, json in
            switch member {
            case "order_id": json.read(&orderID)
            case "items": json.read(&items)
            default: json.skip()
            }
        }
        guard isRead, let orderID, let items else { return nil }
        self.init(orderID: orderID, items: items)
    }
}

extension ReservationDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("expires_at", expiresAt)
            json.member("order_id", orderID)
            json.member("reservation_id", reservationID)
            json.member("status", status)
        }
    }
}

extension MessageDocument: JSONReadable {
    init?(reading json: inout JSONReader) {
        var id: String?
        var key: String?
        var headers: [String: String]?
        var body: [UInt8]?
        let isRead = json.object { member, json in
            switch member {
            case "id": json.read(&id)
            case "key": json.read(&key)
            case "headers": json.read(&headers)
            case "body": json.read(base64: &body)
            default: json.skip()
            }
        }
        guard isRead, let id, let key, let headers, let body else { return nil }
        self.init(id: id, key: key, headers: headers, body: Data(body))
    }
}

extension PlaceDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("offset", offset)
            json.member("partition", partition)
        }
    }
}

extension ConfirmedOrder: JSONReadable {
    init?(reading json: inout JSONReader) {
        var orderID: String?
        var items: [Item]?
        var confirmedAt: Int?
        let isRead = json.object { member, json in
            switch member {
            case "order_id": json.read(&orderID)
            case "items": json.read(&items)
            case "confirmed_at": json.read(&confirmedAt)
            default: json.skip()
            }
        }
        guard isRead, let orderID, let items, let confirmedAt else { return nil }
        self.init(orderID: orderID, items: items, confirmedAt: Int64(confirmedAt))
    }
}

extension ConfirmedOrder.Item: JSONReadable {
    init?(reading json: inout JSONReader) {
        var productID: String?
        var quantity: Int?
        let isRead = json.object { member, json in
            switch member {
            case "product_id": json.read(&productID)
            case "quantity": json.read(&quantity)
            default: json.skip()
            }
        }
        guard isRead, let productID, let quantity else { return nil }
        self.init(productID: productID, quantity: quantity)
    }
}
