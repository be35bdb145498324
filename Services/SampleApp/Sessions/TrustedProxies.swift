import Glibc
import HTTPTypes

/// The proxies in front of the shop whose Forwarded fields are believed.
struct TrustedProxies: Sendable {
    /// Addresses that have their first bits in common.
    private struct Network: Sendable {
        let address: [UInt8]
        let prefix: Int

        func contains(_ other: [UInt8]) -> Bool {
            guard other.count == address.count else { return false }
            return (0..<prefix).allSatisfy { bit in
                (address[bit / 8] ^ other[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }

    private let networks: [Network]

    /// Reads addresses and networks such as `127.0.0.1, 10.0.0.0/8, fd00::/8`; `nil` comes of anything else.
    init?(_ text: String) {
        var networks: [Network] = []
        for item in text.split(separator: ",") {
            let parts = item.filter { $0 != " " }.split(separator: "/", omittingEmptySubsequences: false)
            guard let address = parts.first.flatMap({ Self.address(String($0)) }) else { return nil }
            let bits = address.count * 8
            guard parts.count <= 2, let prefix = parts.count == 2 ? Int(parts[1]) : bits, (0...bits).contains(prefix)
            else { return nil }
            networks.append(Network(address: address, prefix: prefix))
        }
        self.networks = networks
    }

    /// Whether the browser came by TLS, as the proxy at an address says in Forwarded (RFC 7239) or X-Forwarded-Proto.
    ///
    /// The first element is that of the proxy to which the browser connected.
    func saySecure(_ fields: HTTPFields, from peer: String) -> Bool {
        guard !networks.isEmpty, let address = Self.address(peer), networks.contains(where: { $0.contains(address) })
        else { return false }
        if let forwarded = fields[.forwarded] { return Self.scheme(forwarded) == "https" }
        let scheme = fields[.forwardedProto]?.split(separator: ",").first
        return scheme.map { $0.filter { $0 != " " }.lowercased() } == "https"
    }

    /// The `proto` of the first element of a Forwarded field.
    private static func scheme(_ forwarded: String) -> String? {
        for pair in forwarded.prefix(while: { $0 != "," }).split(separator: ";") {
            let parts = pair.filter { $0 != " " && $0 != "\"" }.lowercased().split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == "proto" { return String(parts[1]) }
        }
        return nil
    }

    /// The bytes of an address; an IPv4 address in IPv6's form is an IPv4 address.
    private static func address(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    }
}

extension HTTPField.Name {
    fileprivate static let forwarded = HTTPField.Name("Forwarded")!
    fileprivate static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
}
