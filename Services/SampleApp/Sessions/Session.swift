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

extension Session {
    /// The session of the task's request. It is no entry of the trace's context: one that holds nothing but the trace is
    /// cheaper for every span.
    @TaskLocal static var ofTask: Session?

    /// The session of the current request; ``SessionMiddleware`` has put it there.
    ///
    /// - Throws: ``NoSession`` on a path that has none.
    static var current: Session {
        get throws(NoSession) {
            guard let session = ofTask else { throw NoSession() }
            return session
        }
    }
}

/// A handler asked for the session on a path that ``SessionMiddleware`` leaves out.
struct NoSession: Error {}
