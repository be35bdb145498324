public import GRDB
import Tracing

// Work that the trace of the request shows: a span with `db.*` attributes, and `db.client.operation.duration`.
extension SQLitePool {
    /// Reads in one transaction, under a span.
    ///
    /// - Throws: As ``read(timeout:file:line:_:)``.
    public func read<Value: Sendable>(
        _ operation: DatabaseOperation,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withSpan(operation) { span in
            let outcome = try await perform(.read, origin: LeaseOrigin(file: file, line: line), body)
            span.updateAttributes { $0.set("db.client.connection.name", value: .string(outcome.connection)) }
            return outcome.value
        }
    }

    /// Reads rows in one transaction, under a span that says how many there were.
    ///
    /// - Throws: As ``read(timeout:file:line:_:)``.
    public func read<Value: Sendable & RandomAccessCollection>(
        _ operation: DatabaseOperation,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withSpan(operation) { span in
            let outcome = try await perform(.read, origin: LeaseOrigin(file: file, line: line), body)
            let rows = outcome.value
            span.updateAttributes { attributes in
                attributes.set("db.client.connection.name", value: .string(outcome.connection))
                attributes.set("db.response.returned_rows", value: .int64(Int64(rows.count)))
            }
            return rows
        }
    }

    /// Reads at most one row in one transaction, under a span that says whether there was one.
    ///
    /// - Throws: As ``read(timeout:file:line:_:)``.
    public func read<Value: Sendable>(
        _ operation: DatabaseOperation,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: @escaping @Sendable (Database) throws -> Value?
    ) async throws -> Value? {
        try await withSpan(operation) { span in
            let outcome = try await perform(.read, origin: LeaseOrigin(file: file, line: line), body)
            let row = outcome.value
            span.updateAttributes { attributes in
                attributes.set("db.client.connection.name", value: .string(outcome.connection))
                attributes.set("db.response.returned_rows", value: .int64(row == nil ? 0 : 1))
            }
            return row
        }
    }

    /// Reads and writes in one transaction, under a span.
    ///
    /// - Throws: As ``write(timeout:file:line:_:)``.
    public func write<Value: Sendable>(
        _ operation: DatabaseOperation,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withSpan(operation) { span in
            let outcome = try await perform(.write, origin: LeaseOrigin(file: file, line: line), body)
            span.updateAttributes { $0.set("db.client.connection.name", value: .string(outcome.connection)) }
            return outcome.value
        }
    }
}
