import Tracing

/// A visit to the shop.
struct Session: Sendable, Hashable {
    /// The key of the visit's cart and orders. It is half of the cookie, so it stays out of telemetry.
    let id: String
    /// The visit's id in telemetry: derived one way from the id, so that it gives no access to the session.
    let telemetryID: String
    /// The value of the cookie.
    let cookieValue: String
    /// Whether the session began with this request.
    let isNew: Bool
}

private enum SessionContextKey: ServiceContextKey {
    typealias Value = Session
    static var nameOverride: String? { "session" }
}

extension ServiceContext {
    /// The session that the current request belongs to.
    var session: Session? {
        get { self[SessionContextKey.self] }
        set { self[SessionContextKey.self] = newValue }
    }
}

extension Session {
    /// The session of the current request; ``SessionMiddleware`` has put it there.
    ///
    /// - Throws: ``NoSession`` on a path that has none.
    static var current: Session {
        get throws(NoSession) {
            guard let session = ServiceContext.current?.session else { throw NoSession() }
            return session
        }
    }
}

/// A handler asked for the session on a path that ``SessionMiddleware`` leaves out.
struct NoSession: Error {}
