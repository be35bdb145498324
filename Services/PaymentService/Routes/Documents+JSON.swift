import ServiceKit

// What every purchase sends and is told.

extension PaymentOrder: JSONReadable {
    init?(reading json: inout JSONReader) {
        var orderID: String?
        var amount: Int?
        var currency: String?
        var card: CardDocument?
        let isRead = json.object { member, json in
            switch member {
            case "order_id": json.read(&orderID)
            case "amount": json.read(&amount)
            case "currency": json.read(&currency)
            case "card": json.read(&card)
            default: json.skip()
            }
        }
        guard isRead, let orderID, let amount, let currency, let card else { return nil }
        self.init(orderID: orderID, amount: amount, currency: currency, card: card)
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

extension PaymentDocument: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("payment_id", paymentID)
            json.member("status", status)
        }
    }
}
