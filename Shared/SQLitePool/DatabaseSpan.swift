import CoreMetrics
import SpanTiming
public import Tracing

/// A database operation as telemetry knows it (OpenTelemetry semantic conventions for database client spans).
public struct DatabaseOperation: Sendable, Hashable {
    /// The span's name.
    public let span: String
    /// `db.operation.name`: the SQL verb, or `TRANSACTION`.
    public let name: String
    /// `db.collection.name`: the table that matters.
    public let collection: String
    /// `db.query.text`: the statement with placeholders; several are joined by semicolons.
    public let statement: String?

    /// Describes an operation.
    public init(span: String, name: String, collection: String, statement: String? = nil) {
        self.span = span
        self.name = name
        self.collection = collection
        self.statement = statement
    }

    /// One statement that reads, under the span `database_query`.
    public static func query(_ collection: String, _ statement: String? = nil) -> DatabaseOperation {
        DatabaseOperation(span: "database_query", name: "SELECT", collection: collection, statement: statement)
    }

    /// Several statements that succeed or fail together, under the span `database_transaction`.
    ///
    /// - Parameter statements: Those that matter, with placeholders.
    public static func transaction(_ collection: String, _ statements: String...) -> DatabaseOperation {
        DatabaseOperation(
            span: "database_transaction",
            name: "TRANSACTION",
            collection: collection,
            statement: statements.isEmpty ? nil : statements.joined(separator: "; ")
        )
    }
}

extension SQLitePool {
    /// Runs a database operation in an INTERNAL span with `db.*` attributes and records its duration.
    ///
    /// Outside of a trace, such as in periodic work, only the duration is recorded.
    ///
    /// - Throws: What the operation throws; the span then says so.
    public func withSpan<Value>(
        _ operation: DatabaseOperation,
        _ body: (any Span) async throws -> Value
    ) async throws -> Value {
        let stopwatch = SpanStopwatch()
        let span: any Span =
            if let context = InstrumentationContext.current {
                InstrumentationSystem.tracer.startSpan(
                    operation.span,
                    context: context,
                    ofKind: .internal,
                    at: stopwatch.start,
                    function: #function,
                    file: #fileID,
                    line: #line
                )
            } else {
                NoOpTracer().startSpan(operation.span, context: .topLevel)
            }
        let context = span.context
        // Added to what processors set at the start.
        var attributes = span.attributes
        // With room for what the operation itself adds.
        attributes.reserveCapacity(12)
        attributes.set("db.system.name", value: .string("sqlite"))
        attributes.set("db.namespace", value: .string(configuration.name))
        attributes.set("db.operation.name", value: .string(operation.name))
        attributes.set("db.collection.name", value: .string(operation.collection))
        attributes.set("db.query.summary", value: .string("\(operation.name) \(operation.collection)"))
        if let statement = operation.statement { attributes.set("db.query.text", value: .string(statement)) }
        span.attributes = attributes
        var errorType: String?
        defer {
            let (end, duration) = stopwatch.stop()
            // Within the span, so that exemplars name it.
            InstrumentationContext.withValue(context) {
                durations.record(operation, errorType: errorType, duration)
            }
            span.end(at: end)
        }
        do {
            return try await InstrumentationContext.withValue(context) { try await body(span) }
        } catch {
            if error is SQLitePoolError || !(error is any ExpectedOutcome) {
                let type = (error as? SQLitePoolError)?.errorType ?? String(describing: type(of: error))
                errorType = type
                span.updateAttributes { $0["error.type"] = type }
                span.recordError(error)
                span.setStatus(SpanStatus(code: .error))
            }
            throw error
        }
    }
}

/// An error that is an answer, such as "out of stock": the database did its work, and its span is not a failure.
public protocol ExpectedOutcome: Error {}

extension SQLitePoolError {
    /// A word of a small set, for `error.type`.
    public var errorType: String {
        switch self {
        case .acquireTimeout: "pool_acquire_timeout"
        case .tooManyPending: "pool_queue_full"
        case .statementTimeout: "statement_timeout"
        case .deadlineExceeded: "deadline_exceeded"
        case .outOfMemory: "out_of_memory"
        case .databaseLocked: "database_locked"
        case .closed: "pool_closed"
        case .cannotOpen: "cannot_open"
        }
    }
}
