import Synchronization

/// How much the statements of one query may still read together, and what they have read.
final class ReadBudget: Sendable {
    /// What was read.
    struct Usage: Sendable {
        var rows = 0
        /// Before compression.
        var bytes = 0
    }

    private let limit: Int
    private let state = Mutex(Usage())

    /// - Parameter bytes: How many may be read, before compression.
    init(bytes: Int) {
        limit = bytes
    }

    /// What was read up to now.
    var used: Usage { state.withLock { $0 } }

    /// The bytes that are left, at least 1.
    ///
    /// - Throws: ``QueryFailure/tooMuch(_:)`` when there are none.
    var left: Int {
        get throws(QueryFailure) {
            let left = limit - used.bytes
            guard left > 0 else {
                throw .tooMuch("the query would read too much: ask for a shorter range or fewer series")
            }
            return left
        }
    }

    /// A statement has read so much.
    func take(rows: Int, bytes: Int) {
        state.withLock { state in
            state.rows += rows
            state.bytes += bytes
        }
    }
}
