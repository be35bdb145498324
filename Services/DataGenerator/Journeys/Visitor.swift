import ServiceKit

/// Somebody about to visit the shop: who it is, what there is to buy, and the chances that decide what happens.
struct Visitor: Sendable {
    let shopper: Shopper
    let catalogue: Catalogue
    var random: SeededGenerator

    /// What a visitor of a class does.
    ///
    /// - Parameter block: The number of the block of twenty; kinds of a class take turns from block to block.
    mutating func plan(_ visitorClass: JourneyClass, block: Int) -> (name: String, requests: [PlannedRequest]) {
        switch visitorClass {
        case .normal: return ("purchase", purchase())
        case .errorInjection: return failure(.allCases[Int.random(in: 0..<Failure.allCases.count, using: &random)])
        case .anomaly: return anomaly(.allCases[Int.random(in: 0..<Anomaly.allCases.count, using: &random)])
        case .edgeCase: return edge(.allCases[block % Edge.allCases.count])
        }
    }

    // MARK: What all visits are made of

    /// A product, each as likely as the others.
    mutating func product() -> Catalogue.Product {
        catalogue.products.randomElement(using: &random) ?? Catalogue.Product(id: "none", category: "none")
    }

    /// A request after a look at the page.
    mutating func after(_ range: ClosedRange<Int>, _ request: PlannedRequest) -> PlannedRequest {
        var request = request
        request.pause = .milliseconds(Int.random(in: range, using: &random))
        return request
    }

    /// Puts a product into the cart.
    func add(_ product: String, quantity: Int) -> PlannedRequest {
        .post("/cart/add", json(CartLine(productID: product, quantity: quantity)))
    }

    /// Pays for the cart.
    func checkout(card: Shopper.Card? = nil) -> PlannedRequest {
        .post("/checkout", json(CheckoutForm(email: shopper.email, card: card ?? shopper.card)))
    }

    private func json(_ value: some Encodable) -> String {
        String(decoding: JSON.encode(value), as: UTF8.self)
    }
}

/// The body of `POST /cart/add`.
private struct CartLine: Encodable {
    let productID: String
    let quantity: Int

    enum CodingKeys: String, CodingKey {
        case productID = "product_id"
        case quantity
    }
}

/// The body of `POST /checkout`.
private struct CheckoutForm: Encodable {
    let email: String
    let card: Shopper.Card
}
