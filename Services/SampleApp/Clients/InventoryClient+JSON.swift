import ServiceKit

// What every visit asks of inventory-service, and what it passes on.

extension InventoryClient.Product: JSONWritable {
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

extension InventoryClient.Product: JSONReadable {
    init?(reading json: inout JSONReader) {
        var id: String?
        var name: String?
        var description: String?
        var category: String?
        var price: Int?
        var currency: String?
        var stock: Int?
        let isRead = json.object { member, json in
            switch member {
            case "id": json.read(&id)
            case "name": json.read(&name)
            case "description": json.read(&description)
            case "category": json.read(&category)
            case "price": json.read(&price)
            case "currency": json.read(&currency)
            case "stock": json.read(&stock)
            default: json.skip()
            }
        }
        guard isRead, let id, let name, let description, let category, let price, let currency, let stock else {
            return nil
        }
        self.init(
            id: id,
            name: name,
            description: description,
            category: category,
            price: price,
            currency: currency,
            stock: stock
        )
    }
}

extension InventoryClient.ProductList: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("products", products)
            json.member("total", total)
        }
    }
}

extension InventoryClient.ProductList: JSONReadable {
    init?(reading json: inout JSONReader) {
        var products: [InventoryClient.Product]?
        var total: Int?
        let isRead = json.object { member, json in
            switch member {
            case "products": json.read(&products)
            case "total": json.read(&total)
            default: json.skip()
            }
        }
        guard isRead, let products, let total else { return nil }
        self.init(products: products, total: total)
    }
}

extension InventoryClient.Availability: JSONReadable {
    init?(reading json: inout JSONReader) {
        var available: Bool?
        var stock: Int?
        var name: String?
        var category: String?
        var price: Int?
        var currency: String?
        let isRead = json.object { member, json in
            switch member {
            case "available": json.read(&available)
            case "stock": json.read(&stock)
            case "name": json.read(&name)
            case "category": json.read(&category)
            case "price": json.read(&price)
            case "currency": json.read(&currency)
            default: json.skip()
            }
        }
        guard isRead, let available, let stock, let name, let category, let price, let currency else { return nil }
        self.init(available: available, stock: stock, name: name, category: category, price: price, currency: currency)
    }
}

extension InventoryClient.Reservation: JSONReadable {
    init?(reading json: inout JSONReader) {
        var reservationID: String?
        var status: String?
        let isRead = json.object { member, json in
            switch member {
            case "reservation_id": json.read(&reservationID)
            case "status": json.read(&status)
            default: json.skip()
            }
        }
        guard isRead, let reservationID, let status else { return nil }
        self.init(reservationID: reservationID, status: status)
    }
}

extension InventoryClient.Item: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("product_id", productID)
            json.member("quantity", quantity)
        }
    }
}

extension InventoryClient.ReservationOrder: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("items", items)
            json.member("order_id", orderID)
        }
    }
}
