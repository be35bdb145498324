import SeededRandom
import ServiceKit

/// Plans a visit: for a shopper, from a catalogue, with random numbers that decide what happens.
struct Visitor: Sendable {
    /// What a visitor will do.
    struct Plan: Sendable {
        let name: String
        let requests: [PlannedRequest]
        var leavesCartEmpty = false
    }

    let shopper: Shopper
    let catalogue: Catalogue
    var random: SplitMix64

    /// What a visitor of a class does.
    ///
    /// - Parameter block: The number of the block of twenty; kinds of a class take turns from block to block.
    mutating func plan(_ visitorClass: JourneyClass, block: Int) -> Plan {
        switch visitorClass {
        case .normal: return Plan(name: "purchase", requests: purchase(), leavesCartEmpty: true)
        case .errorInjection: return failure(Failure.one(using: &random))
        case .anomaly: return anomaly(Anomaly.one(of: block))
        case .edgeCase: return edge(.allCases[block % Edge.allCases.count])
        }
    }

    // MARK: What all visits are made of

    /// A product, each as likely as the others.
    mutating func product() -> Catalogue.Product {
        catalogue.products.randomElement(using: &random) ?? Catalogue.Product(id: "none", category: "none")
    }

    /// A request after a look at the page, of so many milliseconds.
    mutating func after(_ range: ClosedRange<Int>, _ request: PlannedRequest) -> PlannedRequest {
        var request = request
        request.pause = .milliseconds(Int.random(in: range, using: &random))
        return request
    }

    /// Looks at what there is.
    func browse() -> PlannedRequest { .get("browse", "/products") }

    /// Looks at one product.
    func look(at product: Catalogue.Product) -> PlannedRequest { .get("product", "/products/\(product.id)") }

    /// Puts a product into the cart.
    func add(_ product: String, quantity: Int) -> PlannedRequest {
        .post("cart", "/cart/add", json(CartLine(productID: product, quantity: quantity)))
    }

    /// Orders what is in the cart.
    func checkout(card: Shopper.Card? = nil) -> PlannedRequest {
        .post("checkout", "/checkout", json(CheckoutForm(email: shopper.email, card: card ?? shopper.card)))
    }

    /// Makes sure that the order is paid.
    func payment() -> PlannedRequest {
        .post("payment", "/payment", json(PaymentForm(orderID: PlannedRequest.orderPlaceholder, card: shopper.card)))
            .aboutOrder()
    }

    /// Looks at the order.
    func order() -> PlannedRequest { .get("order", "/orders/\(PlannedRequest.orderPlaceholder)").aboutOrder() }

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

/// The body of `POST /payment`.
private struct PaymentForm: Encodable {
    let orderID: String
    let card: Shopper.Card

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case card
    }
}
