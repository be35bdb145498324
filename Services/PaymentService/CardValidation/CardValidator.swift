import Logging

/// Checks card numbers and remembers the Visa numbers that were found valid.
struct CardValidator: Sendable {
    let visa: VisaValidationCache

    /// Checks a number.
    ///
    /// - Throws: ``CardNumberError``, or ``VisaValidationCacheFull`` when a Visa number cannot be remembered.
    func validate(_ number: CardNumber) throws {
        switch number.scheme {
        case .visa:
            try visa.validate(number)
        case .mastercard:
            guard number.isCheckDigitRight else { throw CardNumberError.wrongCheckDigit }
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
