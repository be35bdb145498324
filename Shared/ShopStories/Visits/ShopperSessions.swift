import Synchronization

/// The session cookies that shoppers keep for their next visit.
///
/// A shopper whose cart is not empty starts a new session, so that visits do not affect one another. A shopper whose
/// last visit still runs starts a second session.
package final class ShopperSessions: Sendable {
    private struct State {
        var jars: [Int: CookieJar] = [:]
        var inside: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Creates an empty store.
    package init() {}

    /// A shopper comes in.
    func enter(_ user: Int) -> (cookies: CookieJar, isOwn: Bool) {
        state.withLock { state in
            guard state.inside.insert(user).inserted else { return (CookieJar(), false) }
            return (state.jars[user] ?? CookieJar(), true)
        }
    }

    /// A shopper who came in with the own session leaves.
    ///
    /// - Parameter cookies: The session to go on with, or `nil`.
    func leave(_ user: Int, with cookies: CookieJar?) {
        state.withLock { state in
            state.inside.remove(user)
            state.jars[user] = cookies
        }
    }
}
