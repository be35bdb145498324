import CCurl
import Glibc

/// A URL as libcurl reads it, in the parts that may be shown: its user, password, query and fragment stay out.
public struct CurlURL: Sendable, Hashable, CustomStringConvertible {
    /// The host, with the port if the URL has one.
    public let host: String
    /// Whether the host is this machine: `localhost`, `127.0.0.0/8` or `::1`.
    public let isLoopback: Bool
    /// The URL up to its path, without user and password.
    public let description: String

    /// Reads a URL; `nil` when it is none that begins with `http://` or `https://`.
    public init?(_ url: String) {
        let parts = curl_url()
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK, let host = Self.part(CURLUPART_HOST, of: parts),
            let scheme = Self.part(CURLUPART_SCHEME, of: parts), ["http", "https"].contains(scheme)
        else { return nil }
        let path = Self.part(CURLUPART_PATH, of: parts) ?? "/"
        self.host = Self.part(CURLUPART_PORT, of: parts).map { "\(host):\($0)" } ?? host
        isLoopback = Self.isLoopback(host)
        description = "\(scheme)://\(self.host)\(path)"
    }

    private static func part(_ part: CURLUPart, of parts: OpaquePointer?) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    private static func isLoopback(_ host: String) -> Bool {
        var name = host.lowercased()
        if name.hasPrefix("["), name.hasSuffix("]") {
            var address = in6_addr()
            guard inet_pton(AF_INET6, String(name.dropFirst().dropLast()), &address) == 1 else { return false }
            let bytes = withUnsafeBytes(of: &address) { Array($0) }
            let isMapped = bytes[..<12].elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) && bytes[12] == 127
            return isMapped || bytes.elementsEqual([UInt8](repeating: 0, count: 15) + [1])
        }
        if name.hasSuffix(".") { name.removeLast() }
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        var address = in_addr()
        return inet_pton(AF_INET, name, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }
}
