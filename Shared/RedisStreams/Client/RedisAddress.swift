public import ServiceKit
import TextCoding

/// Where a Redis is and who asks it: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`, as IANA has the scheme.
///
/// It shows without its password, wherever it is written.
public struct RedisAddress: Sendable, Hashable {
    /// A host name, an IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    /// The TCP port, 6379 by default.
    public let port: Int
    /// The number of the database, 0 by default.
    public let database: Int
    let user: String?
    let password: String?

    /// Parses a URL; user and password may be percent-encoded. Anything else, TLS (`rediss`) too, is refused.
    public init?(_ text: String) {
        let scheme = "redis://"
        guard text.lowercased().hasPrefix(scheme) else { return nil }
        var rest = text.dropFirst(scheme.count)
        var credentials: Substring?
        if let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let path = rest[slash...].dropFirst()
        guard let origin = Origin("http://" + rest[..<slash] + (rest[..<slash].hasPort ? "" : ":6379")),
            let database = path.isEmpty ? 0 : Int(path), (0..<65_536).contains(database)
        else { return nil }
        (host, port, self.database) = (origin.host, origin.port, database)
        guard let credentials else {
            (user, password) = (nil, nil)
            return
        }
        guard let colon = credentials.firstIndex(of: ":"),
            let user = PercentCoding.decode(credentials[..<colon]),
            let password = PercentCoding.decode(credentials[credentials.index(after: colon)...]), !password.isEmpty
        else { return nil }
        self.user = user.isEmpty ? nil : user
        self.password = password
    }

    /// Host and port.
    public var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL without who asks.
    public var description: String { "redis://\(authority)/\(database)" }

    /// The same.
    public var debugDescription: String { description }

    /// The same: a dump of a value that holds an address shows no password either.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}

extension Substring {
    /// Whether an authority names a port; an IPv6 address has colons of its own.
    fileprivate var hasPort: Bool {
        let afterHost = lastIndex(of: "]").map { self[$0...] } ?? self
        return afterHost.contains(":")
    }
}

extension Settings {
    /// The address of a Redis; `nil` when the variable is unset or empty. An error does not repeat the value, which may
    /// hold a password.
    public func redis(_ name: String) throws(SettingError) -> RedisAddress? {
        guard let text = string(name) else { return nil }
        guard let address = RedisAddress(text) else {
            throw SettingError(
                variable: name,
                value: nil,
                allowed: "an address such as redis://127.0.0.1:6379 or redis://:PASSWORD@HOST:6379/0 (no TLS)"
            )
        }
        return address
    }
}
