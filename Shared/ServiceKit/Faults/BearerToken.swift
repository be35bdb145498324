package import HTTPTypes

/// A shared secret that a request carries in its Authorization field (RFC 6750). The scheme's name is `Bearer` in any
/// case (RFC 9110, section 11.1).
public struct BearerToken: Sendable, CustomStringConvertible {
    private let secret: [UInt8]

    /// Takes a secret of at least 16 bytes.
    package init?(_ text: String) {
        guard text.utf8.count >= 16 else { return nil }
        secret = Array(text.utf8)
    }

    /// Never the secret itself.
    public var description: String { "(hidden)" }

    /// Whether a request may pass. Takes the same time for every wrong secret, whatever it has in common with the right
    /// one.
    package func admits(_ fields: HTTPFields) -> Bool {
        guard let field = fields[.authorization] else { return false }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        let given = Array(parts[1].utf8.drop { $0 == UInt8(ascii: " ") })
        var difference = UInt(bitPattern: given.count ^ secret.count)
        for (index, byte) in secret.enumerated() {
            difference |= UInt(byte ^ (given.isEmpty ? 0 : given[index % given.count]))
        }
        return difference == 0
    }
}
