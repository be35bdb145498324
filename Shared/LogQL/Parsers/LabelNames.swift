/// Names of labels.
enum LabelNames {
    /// A key of a line as the name of a label: what a name cannot have becomes `_`.
    ///
    /// - Parameter isPrefix: Whether another name goes before it, so that it may begin with a digit.
    static func name(of key: String, isPart: Bool = false) -> String {
        var bytes = Array(key.utf8)
        if bytes.allSatisfy({ $0.isLetter || $0.isDigit }) {
            guard !isPart, let first = bytes.first, first.isDigit else { return key }
            return "_" + key
        }
        while let last = bytes.last, last == 0x20 { bytes.removeLast() }
        let trimmed = bytes.drop { $0 == 0x20 }
        var name: [UInt8] = []
        name.reserveCapacity(trimmed.count)
        if !isPart, let first = trimmed.first, first.isDigit { name.append(UInt8(ascii: "_")) }
        for byte in trimmed {
            // One underscore for each character, not for each of its bytes.
            if byte & 0xC0 == 0x80 { continue }
            name.append(byte.isLetter || byte.isDigit ? byte : UInt8(ascii: "_"))
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// Whether a text can be a label's name.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isLetter else { return false }
        return text.utf8.allSatisfy { $0.isLetter || $0.isDigit }
    }

    static let error = "__error__"
    static let errorDetails = "__error_details__"
    /// What a label of a line is called whose name a label of its stream has.
    static let duplicateSuffix = "_extracted"
}
