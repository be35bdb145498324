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

extension CheckoutOrder: JSONReadable {
    init?(reading json: inout JSONReader) {
        var email: String?
        var card: CardDocument?
        let isRead = json.object { member, json in
            switch member {
            case "email": json.read(&email)
            case "card": json.read(&card)
            default: json.skip()
            }
        }
        guard isRead, let email else { return nil }
        self.email = email
        self.card = card
    }
}

extension PaymentWish: JSONReadable {
    init?(reading json: inout JSONReader) {
        var orderID: String?
        var card: CardDocument?
        let isRead = json.object { member, json in
            switch member {
            case "order_id": json.read(&orderID)
            case "card": json.read(&card)
            default: json.skip()
            }
        }
        guard isRead, let orderID, let card else { return nil }
        self.init(orderID: orderID, card: card)
    }
}

extension CardDocument: JSONReadable {
    init?(reading json: inout JSONReader) {
        var number: String?
        var expiryMonth: Int?
        var expiryYear: Int?
        var securityCode: String?
        let isRead = json.object { member, json in
            switch member {
            case "number": json.read(&number)
            case "exp_month": json.read(&expiryMonth)
            case "exp_year": json.read(&expiryYear)
            case "cvc": json.read(&securityCode)
            default: json.skip()
            }
        }
        guard isRead, let number, let expiryMonth, let expiryYear, let securityCode else { return nil }
        self.init(number: number, expiryMonth: expiryMonth, expiryYear: expiryYear, securityCode: securityCode)
    }
}

extension CardDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("cvc", securityCode)
            json.member("exp_month", expiryMonth)
            json.member("exp_year", expiryYear)
            json.member("number", number)
        }
    }
}
