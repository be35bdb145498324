/// The company behind a card, told by the number's first digits (ISO/IEC 7812).
enum CardScheme: String, Sendable, Hashable, CaseIterable {
    case visa
    case mastercard
    case unknown

    init(digits: String) {
        let prefix2 = Int(digits.prefix(2)) ?? 0
        let prefix4 = Int(digits.prefix(4)) ?? 0
        let length = digits.utf8.count
        if digits.hasPrefix("4"), [13, 16, 19].contains(length) {
            self = .visa
        } else if length == 16, (51...55).contains(prefix2) || (2221...2720).contains(prefix4) {
            self = .mastercard
        } else {
            self = .unknown
        }
    }
}
