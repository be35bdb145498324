/// Keeps signatures and keys in a URL's query out of telemetry.
///
/// The names are those that the HTTP semantic conventions list for `url.query` and `url.full`: AWS, Azure and Google
/// sign URLs with them.
enum QueryRedaction {
    private static let secretNames = ["sig", "Signature", "AWSAccessKeyId", "X-Goog-Signature"]

    /// The query with the values of secret parameters replaced by `REDACTED`; their names stay.
    static func redact(_ query: Substring) -> String {
        guard secretNames.contains(where: { query.utf8.containsName($0.utf8) }) else { return String(query) }
        return query.split(separator: "&", omittingEmptySubsequences: false).map { parameter in
            guard let equals = parameter.firstIndex(of: "="), secretNames.contains(String(parameter[..<equals])) else {
                return parameter
            }
            return parameter[...equals] + "REDACTED"
        }.joined(separator: "&")
    }

    /// A request target or a URL with its query redacted.
    static func redact(target: String) -> String {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
        let query = target.index(after: mark)
        return target[..<query] + redact(target[query...])
    }
}

extension Substring.UTF8View {
    /// Whether one of the parameters may have this name: a quick check, without allocation, for the usual case that
    /// none has.
    fileprivate func containsName(_ name: String.UTF8View) -> Bool {
        var start = startIndex
        while start < endIndex {
            if self[start...].starts(with: name) {
                let end = index(start, offsetBy: name.count)
                if end < endIndex, self[end] == UInt8(ascii: "=") { return true }
            }
            guard let next = self[start...].firstIndex(of: UInt8(ascii: "&")) else { return false }
            start = index(after: next)
        }
        return false
    }
}
