/// The cookie that a browser keeps for a session (RFC 6265).
enum SessionCookie {
    private static let name = "session"
    /// How long a browser keeps it, in seconds.
    private static let maximumAge = 86_400

    /// The values that a request's Cookie fields have under the cookie's name.
    static func values(in fields: [String]) -> [Substring] {
        fields.flatMap { $0.split(separator: ";") }.compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { return nil }
            return parts[1]
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
