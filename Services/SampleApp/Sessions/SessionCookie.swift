/// The cookie that a browser keeps for a session (RFC 6265).
enum SessionCookie {
    private static let name = "session"
    /// How long a browser keeps it, in seconds.
    private static let maximumAge = 86_400

    /// The values that a request's Cookie fields have under the cookie's name.
    static func values(in fields: [String]) -> [Substring] {
        // By octets: what splits it is ASCII, and looking for characters costs many times as much.
        fields.flatMap { $0.utf8.split(separator: UInt8(ascii: ";")) }.compactMap { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard parts.count == 2, parts[0].drop(while: { $0 == UInt8(ascii: " ") }).elementsEqual(name.utf8) else {
                return nil
            }
            return Substring(parts[1])
        }
    }

    /// The Set-Cookie field for a session.
    ///
    /// - Parameter isSecure: Whether the browser came by TLS; it then never sends the cookie without.
    static func field(for session: Session, isSecure: Bool) -> String {
        "\(name)=\(session.cookieValue); Path=/; Max-Age=\(maximumAge); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }
}
