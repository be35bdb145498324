/// A card's number. Printing it shows the last four digits only.
struct CardNumber: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let digits: String

    /// Takes 12 to 19 digits, with or without spaces and hyphens between them.
    init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let digits = text.filter { $0 != " " && $0 != "-" }
        guard (12...19).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        self.digits = digits
    }

    var lastFour: String { String(digits.suffix(4)) }
    var scheme: CardScheme { CardScheme(digits: digits) }
    var description: String { "•••• \(lastFour)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["lastFour": lastFour]) }

    /// Whether the last digit fits the others (the Luhn formula, ISO/IEC 7812-1 annex B).
    var isCheckDigitRight: Bool {
        var sum = 0
        for (index, byte) in digits.utf8.reversed().enumerated() {
            let digit = Int(byte) - 48
            let doubled = index.isMultiple(of: 2) ? digit : digit * 2
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum.isMultiple(of: 10)
    }
}
