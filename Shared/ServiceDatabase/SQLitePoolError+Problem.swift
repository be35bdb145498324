import HTTPTypes
public import Logging
public import SQLitePool
public import ServiceKit

/// What a client is told when the database could not serve its request. It is the same for every service: a service that
/// cannot do its work now is unavailable (503), and one whose caller's time is over timed out (504).
extension SQLitePoolError: ProblemConvertible {
    /// 504 when the request's time was over, 503 with `Retry-After` otherwise.
    public var problem: Problem {
        switch self {
        case .deadlineExceeded:
            Problem(.gatewayTimeout, detail: "The request's time was over before its data could be read or written.")
        case .acquireTimeout, .tooManyPending, .statementTimeout, .databaseLocked, .outOfMemory, .closed, .cannotOpen:
            .unavailable("The service cannot answer right now; try again in a moment.", retryAfter: 1)
        }
    }

    /// That the database could not do its part.
    public var logMessage: Logger.Message { "The database could not serve the request" }

    /// Always `error`.
    public var logLevel: Logger.Level { .error }
}
