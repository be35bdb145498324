/// Where ClickHouse's HTTP interface is.
public struct ClickHouseEndpoint: Sendable, Equatable {
    /// `http` or `https`.
    public let scheme: String
    /// A host name, or an address; an IPv6 address in brackets.
    public let host: String
    /// The TCP port.
    public let port: Int

    /// Creates an endpoint of its parts.
    public init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Reads `host`, `host:port`, `http://host[:port]` or `https://host[:port]`.
    ///
    /// - Parameters:
    ///   - isSecure: Whether to use TLS where the text does not say; the hosts of ClickHouse Cloud always do.
    ///   - port: The port where the text does not say, for plain HTTP; TLS has 8443.
    public init?(_ text: String, isSecure: Bool?, port: Int) {
        var rest = text[...]
        var secure = isSecure ?? text.hasSuffix(".clickhouse.cloud")
        if let end = text.firstRange(of: "://") {
            switch text[..<end.lowerBound].lowercased() {
            case "http": secure = false
            case "https": secure = true
            default: return nil
            }
            rest = text[end.upperBound...]
        }
        if rest.last == "/" { rest.removeLast() }
        let afterAddress = rest.lastIndex(of: "]").map { rest.index(after: $0) } ?? rest.startIndex
        let colon = rest[afterAddress...].firstIndex(of: ":") ?? rest.endIndex
        let host = rest[..<colon]
        let allowed = host.utf8.allSatisfy { octet in
            octet > 0x20 && octet < 0x7F && !"/?#@\"'\\".utf8.contains(octet)
        }
        guard !host.isEmpty, allowed, afterAddress == rest.startIndex || host.hasPrefix("[") else { return nil }
        scheme = secure ? "https" : "http"
        self.host = String(host)
        if colon == rest.endIndex {
            self.port = secure ? 8_443 : port
        } else {
            guard let number = Int(rest[colon...].dropFirst()), (1...65_535).contains(number) else { return nil }
            self.port = number
        }
    }

    /// `scheme://host:port`.
    public var url: String { "\(scheme)://\(host):\(port)" }
}
