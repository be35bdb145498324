/// Who a journey belongs to: a stable address and a card.
struct Shopper: Sendable, Equatable {
    let email: String
    let card: Card

    /// A test card of a scheme; no such number was ever issued.
    struct Card: Sendable, Equatable, Encodable {
        var number: String
        var expiryMonth: Int
        var expiryYear: Int
        var code: String

        private enum CodingKeys: String, CodingKey {
            case number
            case expiryMonth = "exp_month"
            case expiryYear = "exp_year"
            case code = "cvc"
        }
    }

    /// The shopper with a number; four of five pay by Visa, the others by Mastercard.
    init(number: Int) {
        email = "shopper\(number)@example.com"
        let isVisa = number % 5 != 4
        card = Card(
            number: isVisa ? "4242424242424242" : "5555555555554444",
            expiryMonth: number % 12 + 1,
            expiryYear: 2031,
            code: String(100 + number % 900)
        )
    }
}
