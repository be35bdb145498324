extension Visitor {
    /// Ways in which a visit fails, through the visitor's fault or the network's.
    enum Failure: String, CaseIterable {
        case badCard = "bad_card"
        case unknownProduct = "unknown_product"
        case outOfStock = "out_of_stock"
        case malformedBody = "malformed_body"
        case clientTimeout = "client_timeout"
        case connectionReset = "connection_reset"
    }

    /// A visit that fails in one of these ways.
    mutating func failure(_ failure: Failure) -> (name: String, requests: [PlannedRequest]) {
        let product = product()
        var requests: [PlannedRequest] = [.get("/products")]
        switch failure {
        case .badCard:
            var card = shopper.card
            card.number = "4242424242424241"
            requests.append(after(20...80, add(product.id, quantity: 1)))
            requests.append(after(20...80, checkout(card: card).expecting(402, 422)))
        case .unknownProduct:
            requests.append(after(20...80, .get("/products/no-such-product").expecting(404)))
            requests.append(after(20...80, add("no-such-product", quantity: 1).expecting(404, 422)))
        case .outOfStock:
            requests.append(after(20...80, add(product.id, quantity: 99).expecting(200, 201, 409, 422)))
            requests.append(after(20...80, add(product.id, quantity: 1_000_000).expecting(409, 422)))
        case .malformedBody:
            requests.append(
                after(20...80, .post("/cart/add", #"{"product_id": "\#(product.id)", "quantity": "#).expecting(400))
            )
            requests.append(
                after(20...80, .post("/cart/add", #"{"product_id": 7, "quantity": "many"}"#).expecting(422))
            )
        case .clientTimeout:
            requests.append(
                after(20...80, .get("/products").sent(.impatient(after: .milliseconds(2))))
            )
        case .connectionReset:
            requests.append(after(20...80, add(product.id, quantity: 1).sent(.brokenOff)))
        }
        return (failure.rawValue, requests)
    }
}
