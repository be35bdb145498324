/// A card as the shopper gave it, checked as far as one can without asking its bank.
struct PaymentCard: Sendable {
    let number: CardNumber
    let expiryMonth: Int
    let expiryYear: Int

    /// Why a card cannot be used, by the field that is wrong.
    enum Flaw: Error, Equatable {
        case number(String)
        case expiryMonth(String)
        case expiryYear(String)
        case securityCode(String)
        case expired
    }

    /// Checks a card.
    ///
    /// - Parameters:
    ///   - today: The month in which it is used; a card is good until its expiry month ends.
    /// - Throws: ``Flaw``.
    init(
        number text: String,
        expiryMonth: Int,
        expiryYear: Int,
        securityCode: String,
        today: (year: Int, month: Int)
    ) throws(Flaw) {
        guard let number = CardNumber(text) else { throw .number("must have 12 to 19 digits") }
        guard (1...12).contains(expiryMonth) else { throw .expiryMonth("must be from 1 to 12") }
        guard (2000...2100).contains(expiryYear) else { throw .expiryYear("must be a year with four digits") }
        guard (3...4).contains(securityCode.utf8.count), securityCode.utf8.allSatisfy({ (48...57).contains($0) })
        else { throw .securityCode("must have 3 or 4 digits") }
        guard (expiryYear, expiryMonth) >= (today.year, today.month) else { throw .expired }
        self.number = number
        self.expiryMonth = expiryMonth
        self.expiryYear = expiryYear
    }
}
