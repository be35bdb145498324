import ServiceKit
import Synchronization

/// The sessions of clients over HTTP, each named by an id that nobody can guess.
final class HTTPSessions: Sendable {
    private struct Entry {
        let session: MCPSession
        var lastUsed: ContinuousClock.Instant
    }

    private let server: MCPServer
    private let most: Int
    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameter most: How many there are at once; beyond that the one that was quiet for longest is ended, and its
    ///   client has to begin again.
    init(server: MCPServer, most: Int = 256) {
        self.server = server
        self.most = most
    }

    /// A session that has not begun. ``keep(_:)`` gives it an id.
    func new() -> MCPSession { MCPSession(server: server) }

    /// Keeps a session that has begun.
    ///
    /// - Returns: Its id.
    func keep(_ session: MCPSession) -> String {
        let id = RandomIdentifier.hex(bytes: 16)
        let ended = entries.withLock { entries -> MCPSession? in
            var ended: MCPSession?
            if entries.count >= most, let quiet = entries.min(by: { Self.order($0.value) < Self.order($1.value) }) {
                ended = entries.removeValue(forKey: quiet.key)?.session
            }
            entries[id] = Entry(session: session, lastUsed: .now)
            return ended
        }
        ended?.cancelAll()
        return id
    }

    /// The session of an id.
    func session(_ id: String) -> MCPSession? {
        entries.withLock { entries in
            entries[id]?.lastUsed = .now
            return entries[id]?.session
        }
    }

    /// Ends a session.
    ///
    /// - Returns: Whether there was one.
    func end(_ id: String) -> Bool {
        let session = entries.withLock { $0.removeValue(forKey: id)?.session }
        session?.cancelAll()
        return session != nil
    }

    /// Those without a call under way come first, those that were quiet for longest before others.
    private static func order(_ entry: Entry) -> (Int, ContinuousClock.Instant) {
        (entry.session.underWay > 0 ? 1 : 0, entry.lastUsed)
    }
}
