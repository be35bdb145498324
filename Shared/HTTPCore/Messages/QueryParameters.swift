import TextCoding

/// The parameters of a query string, decoded; a name may come more than once.
public struct QueryParameters: Sendable, Hashable {
    private let pairs: [Pair]

    private struct Pair: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// Decodes a raw query, or a body of the type `application/x-www-form-urlencoded`, which is written in the same way.
    ///
    /// A pair whose encoding is malformed is taken as it stands.
    public init(_ query: Substring?) {
        guard let query, !query.isEmpty else {
            pairs = []
            return
        }
        pairs = query.utf8.split(separator: UInt8(ascii: "&")).map { part in
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            return Pair(
                name: Self.text(part[..<(equals ?? part.endIndex)]),
                value: equals.map { Self.text(part[part.index(after: $0)...]) } ?? ""
            )
        }
    }

    /// The first value of a name.
    public subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// The names, each as often as it comes.
    public var names: [String] { pairs.map(\.name) }

    /// All values of a name, in order.
    public func all(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    private static func text(_ part: Substring.UTF8View.SubSequence) -> String {
        PercentCoding.decode(part, plusIsSpace: true) ?? String(decoding: part, as: UTF8.self)
    }
}
