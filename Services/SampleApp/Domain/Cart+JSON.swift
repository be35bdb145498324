import ServiceKit

// A cart's lines, as the database keeps them.

extension Cart.Line: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("category", category)
            json.member("name", name)
            json.member("productID", productID)
            json.member("quantity", quantity)
            json.member("unitPrice", unitPrice)
        }
    }
}

extension Cart.Line: JSONReadable {
    init?(reading json: inout JSONReader) {
        var productID: String?
        var name: String?
        var category: String?
        var quantity: Int?
        var unitPrice: Money?
        let isRead = json.object { member, json in
            switch member {
            case "productID": json.read(&productID)
            case "name": json.read(&name)
            case "category": json.read(&category)
            case "quantity": json.read(&quantity)
            case "unitPrice": json.read(&unitPrice)
            default: json.skip()
            }
        }
        guard isRead, let productID, let name, let category, let quantity, let unitPrice else { return nil }
        self.init(productID: productID, name: name, category: category, quantity: quantity, unitPrice: unitPrice)
    }
}
