import TextCoding

/// Values that travel with a request through every service (W3C Baggage).
public struct Baggage: Sendable, Hashable {
    /// One value.
    public struct Entry: Sendable, Hashable {
        /// The name.
        public let key: String
        /// The value, decoded.
        public let value: String
        /// Properties behind the value, as they came.
        public let metadata: String
    }

    /// The most entries that are kept (W3C Baggage, section 3.3.2).
    public static let maximumEntries = 64
    /// The longest header that is read or written, in bytes.
    public static let maximumBytes = 8_192

    /// The entries, in order.
    public private(set) var entries: [Entry] = []

    /// No entries.
    public init() {}

    /// Parses a header. Malformed members and those beyond the limits are left out.
    public init(header: String) {
        guard header.utf8.count <= Self.maximumBytes else { return }
        // By octets: what splits it is ASCII, and looking for characters costs many times as much.
        for member in header.utf8.split(separator: UInt8(ascii: ",")) {
            guard entries.count < Self.maximumEntries else { return }
            let parts = member.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
            guard let equals = parts[0].firstIndex(of: UInt8(ascii: "=")) else { continue }
            let key = String(Substring(parts[0][..<equals]).trimmingBlanks)
            let raw = Substring(parts[0][parts[0].index(after: equals)...]).trimmingBlanks
            guard let value = PercentCoding.decodeRepairing(raw) else { continue }
            set(key, to: value, metadata: parts.count > 1 ? String(Substring(parts[1]).trimmingBlanks) : "")
        }
    }

    /// Whether there are no entries.
    public var isEmpty: Bool { entries.isEmpty }

    /// The header that carries the entries; what does not fit is left out.
    public var header: String {
        var header = ""
        for entry in entries {
            var member = "\(entry.key)=\(PercentCoding.encode(entry.value, keeping: Self.isValueOctet))"
            if !entry.metadata.isEmpty { member += ";\(entry.metadata)" }
            guard header.utf8.count + member.utf8.count + 1 <= Self.maximumBytes else { continue }
            header += header.isEmpty ? member : ",\(member)"
        }
        return header
    }

    /// The value of a name.
    public subscript(key: String) -> String? {
        entries.first { $0.key == key }?.value
    }

    /// Sets a value, in place of the one that the name had. A name that is not a token is not taken.
    public mutating func set(_ key: String, to value: String, metadata: String = "") {
        guard Self.isKey(key) else { return }
        let entry = Entry(key: key, value: value, metadata: metadata)
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index] = entry
        } else if entries.count < Self.maximumEntries {
            entries.append(entry)
        }
    }

    /// Takes a value out.
    public mutating func remove(_ key: String) {
        entries.removeAll { $0.key == key }
    }

    /// `baggage-octet` (W3C Baggage, section 3.3.1.1).
    private static func isValueOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x21, 0x23...0x2B, 0x2D...0x3A, 0x3C...0x5B, 0x5D...0x7E: true
        default: false
        }
    }

    private static func isKey(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.allSatisfy(isTokenOctet)
    }

    /// `tchar` (RFC 9110, section 5.6.2): what is printed and delimits nothing.
    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x5E...0x7A, 0x7C, 0x7E: true
        default: false
        }
    }
}
