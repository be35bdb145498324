import GRDB
import Synchronization

/// What a piece of work gives, on its way from the connection's queue to its caller.
///
/// Everything between the two works without knowing the type: code that is generic over it would look it up while the
/// program runs, at each of a dozen steps.
final class WorkOutcome<Value: Sendable>: Sendable {
    private struct Kept {
        var value: Value?
        var connection = ""
    }

    private let kept = Mutex(Kept())

    /// What the work gave. It is there once the work has ended without an error.
    var value: Value {
        guard let value = kept.withLock({ $0.value }) else { preconditionFailure("The work has not ended.") }
        return value
    }

    /// The connection's name.
    var connection: String { kept.withLock { $0.connection } }

    /// The work without its type.
    func keeping(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) -> @Sendable (Database) throws -> Void {
        { [self] db in
            let value = try body(db)
            kept.withLock { $0 = Kept(value: value, connection: db.description) }
        }
    }
}
