import Tracing

/// A visit to the shop.
struct Session: Sendable, Hashable {
    /// The key of the visit's cart and orders. It is half of the cookie, so it stays out of telemetry.
    let id: String
    /// What telemetry calls the visit. It is derived from the id one way and opens nothing.
    let telemetryID: String
    /// What the browser keeps and shows again.
    let cookieValue: String
    /// Whether this request began it.
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
