/// Vendors' own data about a trace, in order (W3C Trace Context, section 3.3).
public struct TraceState: Sendable, Hashable {
    /// One vendor's entry.
    public struct Entry: Sendable, Hashable {
        /// The vendor's key.
        public let key: String
        /// The vendor's value.
        public let value: String
    }

    /// The most entries that a list may have; further ones make it invalid as a whole.
    public static let maximumEntries = 32

    /// The entries, the latest first.
    public private(set) var entries: [Entry] = []

    /// No entries.
    public init() {}

    /// Parses a header; several header lines come joined by commas.
    ///
    /// A malformed member or too many of them make the whole list invalid: `nil`. Of a key that comes twice the first
    /// counts.
    public init?(header: String) {
        var seen = Set<String>()
        var members = 0
        for member in header.split(separator: ",", omittingEmptySubsequences: true) {
            let member = member.trimmingBlanks
            guard !member.isEmpty else { continue }
            guard let equals = member.firstIndex(of: "=") else { return nil }
            let key = String(member[..<equals])
            let value = String(member[member.index(after: equals)...])
            members += 1
            guard Self.isKey(key), Self.isValue(value), members <= Self.maximumEntries else { return nil }
            if seen.insert(key).inserted { entries.append(Entry(key: key, value: value)) }
        }
    }

    /// Whether there are no entries.
    public var isEmpty: Bool { entries.isEmpty }

    /// The header that carries the entries.
    public var header: String {
        entries.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// The value of a vendor.
    public subscript(key: String) -> String? {
        entries.first { $0.key == key }?.value
    }

    /// Takes a vendor's entry out.
    public mutating func remove(_ key: String) {
        entries.removeAll { $0.key == key }
    }

    /// Puts a vendor's entry first, in place of the one it had; malformed ones are not taken.
    public mutating func set(_ key: String, to value: String) {
        guard Self.isKey(key), Self.isValue(value) else { return }
        entries.removeAll { $0.key == key }
        entries.insert(Entry(key: key, value: value), at: 0)
        if entries.count > Self.maximumEntries { entries.removeLast() }
    }

    private static func isKey(_ key: String) -> Bool {
        guard let first = key.utf8.first, key.utf8.count <= 256 else { return false }
        guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) || (0x30...0x39).contains(first) else {
            return false
        }
        return key.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "@"):
                true
            default: false
            }
        }
    }

    private static func isValue(_ value: String) -> Bool {
        guard let last = value.utf8.last, value.utf8.count <= 256, last != 0x20 else { return false }
        return value.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    }
}
