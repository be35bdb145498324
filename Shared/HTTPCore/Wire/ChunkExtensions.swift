/// The extensions of a chunk (RFC 9112, section 7.1.1). Nobody here uses one; a recipient that takes a malformed one for
/// an extension may still disagree with another about where the line ends.
enum ChunkExtensions {
    /// Whether the octets between a chunk's size and its line end are extensions: each is a semicolon and a name, and may
    /// have a value; spaces and tabs may stand around both signs, and not at the end.
    static func areValid(_ octets: UnsafeBufferPointer<UInt8>) -> Bool {
        var scanner = Scanner(octets)
        while !scanner.isAtEnd {
            scanner.skipWhitespace()
            guard scanner.skip(Octet.semicolon) else { return false }
            scanner.skipWhitespace()
            guard scanner.skipToken() else { return false }
            let afterName = scanner
            scanner.skipWhitespace()
            guard scanner.skip(UInt8(ascii: "=")) else {
                scanner = afterName
                continue
            }
            scanner.skipWhitespace()
            guard scanner.skipToken() || scanner.skipQuotedString() else { return false }
        }
        return true
    }

    private struct Scanner {
        private let octets: UnsafeBufferPointer<UInt8>
        private var position = 0

        init(_ octets: UnsafeBufferPointer<UInt8>) {
            self.octets = octets
        }

        var isAtEnd: Bool { position == octets.count }

        mutating func skip(_ octet: UInt8) -> Bool {
            guard position < octets.count, octets[position] == octet else { return false }
            position += 1
            return true
        }

        mutating func skipWhitespace() {
            while skip(Octet.space) || skip(Octet.tab) {}
        }

        mutating func skipToken() -> Bool {
            let start = position
            while position < octets.count, Octet.isToken(octets[position]) { position += 1 }
            return position > start
        }

        /// Text in double quotes, in which a backslash stands before an octet that is meant literally (RFC 9110, 5.6.4).
        mutating func skipQuotedString() -> Bool {
            guard skip(UInt8(ascii: "\"")) else { return false }
            while position < octets.count {
                if skip(UInt8(ascii: "\"")) { return true }
                if skip(UInt8(ascii: "\\")), isAtEnd { return false }
                guard Octet.isFieldValue(octets[position]) else { return false }
                position += 1
            }
            return false
        }
    }
}
