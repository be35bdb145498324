/// Puts environment variables into values: `${NAME}`, `${env:NAME}`, `${NAME:-default}`, and `$$` for a dollar sign.
enum Substitution {
    /// The text with its variables put in; `nil` when a reference is malformed.
    static func apply(_ text: String, _ environment: [String: String]) -> String? {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.hasPrefix("$") {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.hasPrefix("{") {
                guard let end = rest.firstIndex(of: "}"),
                    let value = value(of: rest[rest.index(after: rest.startIndex)..<end], environment)
                else { return nil }
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }

    private static func value(of reference: Substring, _ environment: [String: String]) -> String? {
        var reference = reference
        if reference.hasPrefix("env:") { reference = reference.dropFirst(4) }
        var fallback: Substring = ""
        if let mark = reference.firstRange(of: ":-") {
            fallback = reference[mark.upperBound...]
            reference = reference[..<mark.lowerBound]
        }
        let letters = reference.utf8
        guard let first = letters.first, first == UInt8(ascii: "_") || (first | 0x20) >= 0x61 && (first | 0x20) <= 0x7A,
            letters.allSatisfy({
                $0 == UInt8(ascii: "_") || (0x30...0x39).contains($0) || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A
            })
        else { return nil }
        if let value = environment[String(reference)], !value.isEmpty { return value }
        return String(fallback)
    }
}
