import HTTPCore
import HTTPTypes

/// Whether a request comes from a page of the shop itself: by fields that browsers write and no script can.
enum SameOrigin {
    /// Reads `Sec-Fetch-Site` (Fetch Metadata Request Headers, section 2.3), which also holds behind a proxy that changes
    /// Host; where the browser sends none, `Origin` (RFC 6454, section 7). The scheme is not compared: TLS may end before
    /// the shop.
    static func isShown(by request: Request) -> Bool {
        let fields = request.head.headerFields
        if let site = fields[.secFetchSite] { return site == "same-origin" }
        guard let origin = fields[.origin]?.lowercased(), let host = request.head.authority?.lowercased() else {
            return false
        }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}

extension HTTPField.Name {
    fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
