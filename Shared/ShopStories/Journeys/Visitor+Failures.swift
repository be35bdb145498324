import SeededRandom

extension Visitor {
    /// Ways in which a visit fails, through the visitor's fault or the network's.
    enum Failure: String, CaseIterable {
        case badCard = "bad_card"
        case unknownProduct = "unknown_product"
        case outOfStock = "out_of_stock"
        case malformedBody = "malformed_body"
        case clientTimeout = "client_timeout"
        case connectionReset = "connection_reset"
        case withdrawnProduct = "withdrawn_product"

        /// One of them, each as likely as the others; what fails in the shop itself is one of twenty.
        static func one(using random: inout SplitMix64) -> Failure {
            if Int.random(in: 0..<20, using: &random) == 0 { return .withdrawnProduct }
            let others = allCases.filter { $0 != .withdrawnProduct }
            return others[Int.random(in: 0..<others.count, using: &random)]
        }
    }

    /// A visit that fails in one of these ways.
    mutating func failure(_ failure: Failure) -> Plan {
        let product = product()
        var requests = [browse()]
        switch failure {
        case .badCard:
            // A card that its bank declines, or a number with a wrong last digit.
            var card = shopper.card
            card.number = Bool.random(using: &random) ? "4000000000000002" : "4242424242424241"
            requests.append(after(20...80, add(product.id, quantity: 1)))
            requests.append(after(20...80, checkout(card: card).expecting(402, 422)))
        case .unknownProduct:
            requests.append(after(20...80, .get("product", "/products/no-such-product").expecting(404)))
            requests.append(after(20...80, add("no-such-product", quantity: 1).expecting(404)))
        case .outOfStock:
            let question = PlannedRequest.get("stock", "/inventory/check?product_id=\(product.id)&quantity=1000")
            requests.append(after(20...80, question))
            requests.append(after(20...80, add(product.id, quantity: 100).expecting(200, 409)))
            requests.append(after(20...80, add(product.id, quantity: 100).expecting(409)))
        case .malformedBody:
            let broken = PlannedRequest.post("cart", "/cart/add", #"{"product_id": "\#(product.id)", "quantity": "#)
            let mistyped = PlannedRequest.post("cart", "/cart/add", #"{"product_id": 7, "quantity": "many"}"#)
            requests.append(after(20...80, broken.expecting(400)))
            requests.append(after(20...80, mistyped.expecting(422)))
        case .clientTimeout:
            requests.append(after(20...80, browse().sent(.impatient(after: .milliseconds(1)))))
        case .connectionReset:
            requests.append(after(20...80, add(product.id, quantity: 1).sent(.reset)))
        case .withdrawnProduct:
            // A partner's price feed asks inventory-service itself for an article of a department that was closed. Its row
            // is one that the service cannot read any more.
            var feed = PlannedRequest.get("feed", "/products/terra-planter").expecting(500)
            feed.service = .inventory
            requests.append(after(20...80, feed))
        }
        return Plan(name: failure.rawValue, requests: requests)
    }
}
