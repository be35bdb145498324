import HTTPTypes

/// The cookies of one visit, name and value only: a visit speaks to one shop and ends before any of them expires.
struct CookieJar: Sendable, Equatable {
    private var values: [String: String] = [:]

    init() {}

    /// The value of a `Cookie` field, or `nil` without cookies.
    var field: String? {
        guard !values.isEmpty else { return nil }
        return values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    }

    /// Takes over what a response sets.
    mutating func take(from fields: HTTPFields) {
        for cookie in fields[values: .setCookie] {
            let pair = cookie.prefix { $0 != ";" }
            guard let equals = pair.firstIndex(of: "=") else { continue }
            values[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
        }
    }
}
