import Synchronization

/// The sessions that shoppers go on with at their next visit: a browser that keeps its cookie.
///
/// Who left something in the cart begins anew, so that one visit's leftovers never decide another's fate; and who is still
/// in the shop comes on another device.
package final class ShopperSessions: Sendable {
    private struct State {
        var jars: [Int: CookieJar] = [:]
        var inside: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Nobody was in the shop yet.
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
