/// A virtual user: the same address and card at every visit.
struct Shopper: Sendable, Equatable {
    let number: Int
    private let paysByVisa: Bool
    private let name: String?

    var email: String { name ?? "shopper\(number)@example.com" }

    /// A card of a scheme whose number was never issued.
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

    /// The shopper with a number.
    ///
    /// - Parameter visaShare: The share of shoppers who pay by Visa, exact in every twenty; the others use Mastercard.
    init(number: Int, visaShare: Double = 0.8) {
        self.number = number
        paysByVisa = Double((number * 7) % 20) < (visaShare * 20).rounded()
        name = nil
    }

    /// Somebody with an address of their own, who pays by Visa.
    init(named email: String, number: Int) {
        self.number = number
        paysByVisa = true
        name = email
    }

    /// The card; worked out anew each time, since most requests need none.
    var card: Card {
        Card(
            number: Self.cardNumber(prefix: paysByVisa ? "424242" : "555555", account: number),
            expiryMonth: number % 12 + 1,
            expiryYear: 2031,
            code: String(100 + number % 900)
        )
    }

    /// Sixteen digits of which the last makes the others right (the Luhn formula, ISO/IEC 7812-1 annex B).
    private static func cardNumber(prefix: String, account: Int) -> String {
        let account = String(account % 1_000_000_000)
        let digits = prefix + String(repeating: "0", count: 9 - account.utf8.count) + account
        var sum = 0
        for (index, byte) in digits.utf8.reversed().enumerated() {
            let digit = Int(byte) - 48
            let doubled = index.isMultiple(of: 2) ? digit * 2 : digit
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return digits + String((10 - sum % 10) % 10)
    }
}
