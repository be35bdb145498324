import HTTPTypes
import ServiceKit

/// The everyday journey: look around, pick something, put it into the cart, pay.
struct PurchaseJourney: Sendable {
    /// How many people shop here; a journey belongs to one of them.
    static let shoppers = 1_000

    let requests: [PlannedRequest]

    /// Plans the journey with a number; the same seed and catalogue plan the same bytes.
    init(number: Int, seed: UInt64, catalogue: Catalogue) {
        var random = SeededGenerator(seed: seed, stream: UInt64(number))
        let shopper = Shopper(number: Int.random(in: 0..<Self.shoppers, using: &random))
        var requests = [PlannedRequest(method: .get, target: "/products")]

        let lines = Int.random(in: 1...3, using: &random)
        for _ in 0..<lines {
            guard let product = catalogue.products.randomElement(using: &random) else { break }
            requests.append(
                PlannedRequest(
                    method: .get,
                    target: "/products/\(product.id)",
                    pause: .milliseconds(Int.random(in: 20...120, using: &random))
                )
            )
            requests.append(
                PlannedRequest(
                    method: .post,
                    target: "/cart/add",
                    body: Self.json(CartLine(productID: product.id, quantity: Int.random(in: 1...2, using: &random))),
                    pause: .milliseconds(Int.random(in: 20...120, using: &random))
                )
            )
        }
        requests.append(
            PlannedRequest(
                method: .post,
                target: "/checkout",
                body: Self.json(Checkout(shopper)),
                pause: .milliseconds(Int.random(in: 50...200, using: &random))
            )
        )
        self.requests = requests
    }

    private static func json(_ value: some Encodable) -> String {
        String(decoding: JSON.encode(value), as: UTF8.self)
    }
}

private struct CartLine: Encodable {
    let productID: String
    let quantity: Int

    enum CodingKeys: String, CodingKey {
        case productID = "product_id"
        case quantity
    }
}

private struct Checkout: Encodable {
    let email: String
    let card: Card

    struct Card: Encodable {
        let number: String
        let expiryMonth: Int
        let expiryYear: Int
        let code: String

        enum CodingKeys: String, CodingKey {
            case number
            case expiryMonth = "exp_month"
            case expiryYear = "exp_year"
            case code = "cvc"
        }
    }

    init(_ shopper: Shopper) {
        email = shopper.email
        card = Card(
            number: shopper.card.number,
            expiryMonth: shopper.card.expiryMonth,
            expiryYear: shopper.card.expiryYear,
            code: shopper.card.code
        )
    }
}
