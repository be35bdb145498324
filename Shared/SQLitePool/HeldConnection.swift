public import GRDB

/// A connection that is kept for several pieces of work; it goes back to its pool when the scope that got it ends.
public struct HeldConnection: ~Copyable, Sendable {
    let pool: SQLitePool
    let connection: PooledConnection

    /// Reads in one transaction.
    ///
    /// - Throws: As ``SQLitePool/read(timeout:file:line:_:)``.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await perform(.read, body)
    }

    /// Reads and writes in one transaction.
    ///
    /// - Throws: As ``SQLitePool/write(timeout:file:line:_:)``.
    public func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await perform(.write, body)
    }

    private func perform<Value: Sendable>(
        _ access: PooledConnection.Access,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let outcome = WorkOutcome<Value>()
        try await perform(access, work: outcome.keeping(body))
        return outcome.value
    }

    private func perform(
        _ access: PooledConnection.Access,
        work body: @escaping @Sendable (Database) throws -> Void
    ) async throws {
        let work = pool.makeWork()
        let pool = pool
        let connection = connection
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                pool.run(work, access, on: connection, body) { continuation.resume(with: $0) }
            }
        } onCancel: {
            work.cancel()
            pool.interrupt(work, on: connection)
        }
    }
}
