import ServiceKit

/// Checks card numbers.
struct CardValidator: Sendable {
    let visa: VisaValidationCache
    /// Its intensity is how many entries the cache takes while it evicts none.
    let withoutEviction: Weakness

    /// Checks a card for a payment.
    ///
    /// - Returns: The size of the Visa cache when this payment was added to it.
    /// - Throws: ``CardNumberError``, or ``VisaValidationCacheFull`` when a Visa payment cannot be remembered.
    @discardableResult
    func validate(_ card: PaymentCard, amount: Money) async throws -> Int? {
        switch card.number.scheme {
        case .visa:
            return try await visa.validate(card, amount: amount, capacity: withoutEviction.intensity.map { Int($0) })
        case .mastercard:
            guard card.number.isCheckDigitRight else { throw CardNumberError.wrongCheckDigit }
            return nil
        case .unknown:
            throw CardNumberError.unsupportedScheme
        }
    }
}

/// Why a card's number cannot be used.
enum CardNumberError: Error, Equatable {
    case wrongCheckDigit
    case unsupportedScheme
}
