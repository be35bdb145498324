/// The scheme, host and port of an HTTP service (RFC 6454, section 4); this suite speaks plain HTTP inside itself.
public struct Origin: Sendable, Hashable, CustomStringConvertible {
    /// A host name, an IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    /// The TCP port.
    public let port: Int

    /// Creates an origin from its parts.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses `http://host[:port][/]`; anything more (a path, a user, another scheme) is refused.
    public init?(_ text: String) {
        let scheme = "http://"
        guard text.lowercased().hasPrefix(scheme) else { return nil }
        var authority = text.dropFirst(scheme.count)
        if authority.last == "/" { authority = authority.dropLast() }
        guard !authority.contains(where: { "/?#@ ".contains($0) }) else { return nil }

        let host: Substring
        let rest: Substring
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            rest = authority[authority.index(after: close)...]
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<colon]
            rest = authority[colon...]
        }
        guard !host.isEmpty else { return nil }
        switch rest.first {
        case nil: port = 80
        case ":":
            guard let number = Int(rest.dropFirst()), (1...65_535).contains(number) else { return nil }
            port = number
        default: return nil
        }
        self.host = String(host)
    }

    /// `host:port` as it stands in a Host field.
    public var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// `http://host:port`.
    public var description: String { "http://\(authority)" }
}
