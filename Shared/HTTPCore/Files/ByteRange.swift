/// What a Range field asks for (RFC 9110, section 14.2).
enum ByteRange: Equatable {
    /// The whole: there is no range, or one that is not understood, or several, which a server may ignore.
    case whole
    case part(Range<Int>)
    /// None of the bytes that are there.
    case unsatisfiable

    init(_ field: String?, size: Int) {
        self = field.flatMap { Self.parse($0, size: size) } ?? .whole
    }

    private static func parse(_ field: String, size: Int) -> ByteRange? {
        let unit = "bytes="
        guard field.lowercased().hasPrefix(unit) else { return nil }
        let bounds = field.dropFirst(unit.count).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return nil }
        if bounds[0].isEmpty {
            guard let suffix = number(bounds[1]) else { return nil }
            guard suffix > 0, size > 0 else { return .unsatisfiable }
            return .part(max(0, size - suffix)..<size)
        }
        guard let first = number(bounds[0]) else { return nil }
        var last = Int.max - 1
        if !bounds[1].isEmpty {
            guard let given = number(bounds[1]), given >= first else { return nil }
            last = given
        }
        guard first < size else { return .unsatisfiable }
        return .part(first..<min(size, last + 1))
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Int(text)
    }
}
