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
            let (value, connection) = try await read(file: file, line: line) { (try body($0), $0.description) }
            span.attributes["db.client.connection.name"] = connection
            return value
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
            let (rows, connection) = try await read(file: file, line: line) { (try body($0), $0.description) }
            span.updateAttributes { attributes in
                attributes["db.client.connection.name"] = connection
                attributes["db.response.returned_rows"] = rows.count
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
            let (row, connection) = try await read(file: file, line: line) { (try body($0), $0.description) }
            span.updateAttributes { attributes in
                attributes["db.client.connection.name"] = connection
                attributes["db.response.returned_rows"] = row == nil ? 0 : 1
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
            let (value, connection) = try await write(file: file, line: line) { (try body($0), $0.description) }
            span.attributes["db.client.connection.name"] = connection
            return value
        }
    }
}
