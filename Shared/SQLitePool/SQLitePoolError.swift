/// Why the pool could not do what was asked, with what to do about it.
public enum SQLitePoolError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No connection became free in time.
    case acquireTimeout(pool: String, waited: Duration, connections: Int, pending: Int)
    /// As many callers wait already as may.
    case tooManyPending(pool: String, limit: Int)
    /// The work ran longer than it may and was interrupted; a transaction was rolled back.
    case statementTimeout(pool: String, limit: Duration)
    /// The caller's request was over before the work began or while it ran; a transaction was rolled back.
    case deadlineExceeded(pool: String)
    /// A statement needed more memory than SQLite may use in this process.
    case outOfMemory(pool: String, limit: Int)
    /// Another connection kept the lock that this one needed for longer than the busy timeout.
    case databaseLocked(pool: String, waited: Duration)
    /// The pool was closed before a connection was free.
    case closed(pool: String)
    /// The file cannot be opened as a database.
    case cannotOpen(pool: String, path: String, reason: String)

    /// One sentence about the cause and, where there is one, the remedy.
    public var description: String {
        switch self {
        case .acquireTimeout(let pool, let waited, let connections, let pending):
            "No connection of pool '\(pool)' became free within \(waited): all \(connections) are in use and \(pending) "
                + "more callers wait. Look for work that holds connections, or allow more of them."
        case .tooManyPending(let pool, let limit):
            "Pool '\(pool)' already has \(limit) callers waiting for a connection; try again later."
        case .statementTimeout(let pool, let limit):
            "A statement in pool '\(pool)' ran longer than \(limit) and was interrupted."
        case .deadlineExceeded(let pool):
            "The request's time was over before pool '\(pool)' could do its work."
        case .outOfMemory(let pool, let limit):
            "A statement in pool '\(pool)' needed more than the \(limit >> 20) MiB that SQLite may use in this process; "
                + "give it less to sort at once."
        case .databaseLocked(let pool, let waited):
            "database is locked: pool '\(pool)' waited \(waited) for another connection's transaction to end."
        case .closed(let pool):
            "Pool '\(pool)' is closed."
        case .cannotOpen(let pool, let path, let reason):
            "Pool '\(pool)' cannot open the database \(path): \(reason)"
        }
    }
}
