import ServiceKit

extension PaymentClient.Order: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("amount", amount)
            json.member("card", card)
            json.member("currency", currency)
            json.member("order_id", orderID)
        }
    }
}

extension PaymentClient.Payment: JSONReadable {
    init?(reading json: inout JSONReader) {
        var paymentID: String?
        var status: String?
        let isRead = json.object { member, json in
            switch member {
            case "payment_id": json.read(&paymentID)
            case "status": json.read(&status)
            default: json.skip()
            }
        }
        guard isRead, let paymentID, let status else { return nil }
        self.init(paymentID: paymentID, status: status)
    }
}
