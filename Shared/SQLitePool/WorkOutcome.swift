import GRDB

/// What a piece of work gives, on its way from the connection's thread to its caller.
///
/// Everything between the two works without knowing the type: code that is generic over it would look it up while the
/// program runs, at each of a dozen steps.
///
/// `@unchecked Sendable`: it is written on the connection's thread, before the caller goes on and reads it.
final class WorkOutcome<Value: Sendable>: @unchecked Sendable {
    private var result: Value?
    /// The connection's name.
    private(set) var connection = ""

    /// What the work gave. It is there once the work has ended without an error.
    var value: Value {
        guard let result else { preconditionFailure("The work has not ended.") }
        return result
    }

    /// The work without its type.
    func keeping(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) -> @Sendable (Database) throws -> Void {
        { [self] db in
            result = try body(db)
            connection = db.description
        }
    }
}
