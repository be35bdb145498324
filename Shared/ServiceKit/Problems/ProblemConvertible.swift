public import Logging

/// An error that a handler may throw to its client: ``ProblemDetails`` answers with its ``problem``.
public protocol ProblemConvertible: Error {
    /// The problem in the response.
    var problem: Problem { get }
    /// The message of the log record.
    var logMessage: Logger.Message { get }
    /// The level at which it is logged.
    var logLevel: Logger.Level { get }
    /// `error.type` of the log record, of low cardinality.
    var errorType: String { get }
}
