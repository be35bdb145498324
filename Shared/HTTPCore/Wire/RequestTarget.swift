import TextCoding

/// Splits a target into path and query, and decodes the path: the one place where percent-encoding and dot segments are
/// resolved (RFC 3986, sections 2.1 and 5.2.4).
struct RequestTarget: Equatable {
    /// The decoded path. An encoded slash stays encoded, so that it never becomes a separator.
    let path: String
    /// The raw query, without its question mark.
    let query: Substring?

    init(_ target: String) throws(ProtocolError) {
        var path = Substring(target)
        if let mark = target.utf8.firstIndex(of: Octet.question) {
            path = target[..<mark]
            query = target[target.utf8.index(after: mark)...]
        } else {
            query = nil
        }
        self.path = Self.needsWork(path) ? try Self.normalized(path) : String(path)
    }

    private static func needsWork(_ path: Substring) -> Bool {
        var afterSlash = false
        for octet in path.utf8 {
            if octet == Octet.percent || afterSlash && octet == Octet.dot { return true }
            afterSlash = octet == Octet.slash
        }
        return false
    }

    private static func normalized(_ path: Substring) throws(ProtocolError) -> String {
        var segments: [String] = []
        let raw = path.utf8.split(separator: Octet.slash, omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in raw.enumerated() {
            let isLast = index == raw.count - 1
            guard let text = PercentCoding.decode(segment, keeping: Octet.slash) else {
                throw .bad("The target's percent-encoding is malformed.")
            }
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw .bad("The target has an encoded control character.")
            }
            switch text {
            case ".": if isLast { segments.append("") }
            case "..":
                if !segments.isEmpty { segments.removeLast() }
                if isLast { segments.append("") }
            default: segments.append(text)
            }
        }
        return "/" + segments.joined(separator: "/")
    }
}
