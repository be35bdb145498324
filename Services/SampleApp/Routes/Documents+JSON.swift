import ServiceKit

// What every visit sends and is shown.

extension CartAddition: JSONReadable {
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

extension CartDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("currency", currency)
            json.member("items", items)
            json.member("total", total)
        }
    }
}

extension CartDocument.Line: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("price", price)
            json.member("product_id", productID)
            json.member("quantity", quantity)
            json.member("total", total)
        }
    }
}

extension OrderDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("currency", currency)
            json.member("order_id", orderID)
            if let paymentID { json.member("payment_id", paymentID) }
            json.member("status", status)
            json.member("tax", tax)
            json.member("total", total)
        }
    }
}

extension PaymentAnswer: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("order_id", orderID)
            json.member("payment_id", paymentID)
            json.member("status", status)
        }
    }
}
