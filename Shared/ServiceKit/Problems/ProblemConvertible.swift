public import Logging

/// An error that knows what a client is told about it. A handler may let it through: ``ProblemDetails`` answers it.
public protocol ProblemConvertible: Error {
    /// What the client is told.
    var problem: Problem { get }
    /// What is logged.
    var logMessage: Logger.Message { get }
    /// The level at which it is logged.
    var logLevel: Logger.Level { get }
    /// `error.type` of the log record: a word of a small set.
    var errorType: String { get }
}
