/// A secret that senders show (RFC 6750, section 2.1). It is never printed.
struct BearerToken: Sendable, Equatable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// Takes a token; `nil` when the text is none (RFC 6750, `b64token`).
    init?(_ text: String) {
        let body = text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }
        let allowed = body.allSatisfy { octet in
            let letter = octet | 0x20
            return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) || "-._~+/".utf8.contains(octet)
        }
        guard !body.isEmpty, allowed else { return nil }
        bytes = Array(text.utf8)
    }

    var description: String { "(hidden)" }

    /// Whether an `Authorization` field shows the token, whatever the case of its scheme.
    func isShown(by field: String?) -> Bool {
        guard let field, let space = field.firstIndex(of: " "), field[..<space].lowercased() == "bearer" else {
            return false
        }
        return matches(Array(field[space...].drop { $0 == " " }.utf8))
    }

    /// Compares in a time that tells nothing of the token.
    private func matches(_ given: [UInt8]) -> Bool {
        var difference = given.count ^ bytes.count
        for (index, byte) in bytes.enumerated() {
            difference |= Int(byte ^ (given.isEmpty ? 0 : given[index % given.count]))
        }
        return difference == 0
    }
}
