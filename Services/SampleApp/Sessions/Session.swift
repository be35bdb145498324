import HTTPTypes
import ServiceKit
import Tracing

/// A visit to the shop, known by a cookie.
struct Session: Sendable, Hashable {
    static let cookieName = "session"

    let id: String
    /// Whether this request began it.
    let isNew: Bool

    /// The session of a request's cookie, or a new one when there is none that this shop could have made.
    init(cookies: [String]) {
        let pairs = cookies.flatMap { $0.split(separator: ";") }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == Self.cookieName else { continue }
            let value = parts[1]
            guard value.utf8.count == 32, value.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
            else { continue }
            id = String(value)
            isNew = false
            return
        }
        id = RandomIdentifier.hex(bytes: 16)
        isNew = true
    }

    var setCookie: String { "\(Self.cookieName)=\(id); Path=/; Max-Age=86400; HttpOnly; SameSite=Lax" }
}

private enum SessionKey: ServiceContextKey {
    typealias Value = Session
    static var nameOverride: String? { "session" }
}

extension ServiceContext {
    /// The session that the current request belongs to.
    var session: Session? {
        get { self[SessionKey.self] }
        set { self[SessionKey.self] = newValue }
    }
}
