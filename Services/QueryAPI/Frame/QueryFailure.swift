import ClickHouseHTTP
import CurlHTTP
import HTTPCore
import LinearRegex
import LogQL
import PromQL
import TraceQL

/// Why a query has no answer. Each interface says it in a form of its own.
enum QueryFailure: Error, Sendable, Equatable {
    /// A parameter cannot be used, or the query cannot be read.
    case invalid(String)
    /// The query was read and cannot be evaluated over these data.
    case unprocessable(String)
    /// What was asked for by name is not there.
    case notFound(String)
    /// The query would take more than it may.
    case tooMuch(String)
    /// Its time is over.
    case timedOut
    /// As many queries run and wait as may.
    case busy
    /// ClickHouse does not answer.
    case unavailable
    /// Something went wrong on this side. `code` is ClickHouse's, where it has one; its message names tables, and goes
    /// nowhere.
    case failed(code: Int?)

    /// What is said of it. No SQL, no address and no credential is ever in it.
    var message: String {
        switch self {
        case .invalid(let text), .unprocessable(let text), .notFound(let text), .tooMuch(let text): text
        case .timedOut: "query timed out: ask for a shorter range or fewer series"
        case .busy: "too many queries are running: try again later"
        case .unavailable: "the telemetry store does not answer: try again later"
        case .failed: "the query failed on the side of the server"
        }
    }

    /// A word for metrics.
    var reason: String {
        switch self {
        case .invalid: "invalid"
        case .unprocessable: "unprocessable"
        case .notFound: "not_found"
        case .tooMuch: "too_much"
        case .timedOut: "timeout"
        case .busy: "busy"
        case .unavailable: "unavailable"
        case .failed: "failed"
        }
    }

    /// What an error means for who asked.
    init(_ error: any Error) {
        switch error {
        case let failure as QueryFailure: self = failure
        case let error as ParseError: self = .invalid(error.description)
        case let error as TraceQLError: self = .invalid("invalid TraceQL query: \(error)")
        case let error as EvaluationError:
            self =
                switch error.kind {
                case .invalidQuery: .invalid(error.description)
                case .limit: .tooMuch(error.description)
                case .execution, .unsupported: .unprocessable(error.description)
                }
        case let error as LogQLParseError: self = .invalid(error.description)
        case let error as LogQLError:
            self = error.kind == .limit ? .tooMuch(error.description) : .invalid(error.description)
        case let error as LinearRegexError: self = .invalid(error.description)
        case BodyError.tooLarge(let limit): self = .tooMuch("the body is larger than \(limit) bytes")
        case is BodyError: self = .invalid("the body could not be read")
        case let error as ClickHouseError: self.init(error)
        default: self = .failed(code: nil)
        }
    }

    private init(_ error: ClickHouseError) {
        switch error {
        case .unreachable(.timedOut): self = .timedOut
        case .unreachable(.responseTooLarge(let limit)):
            self = .tooMuch("the result is larger than \(limit) bytes: ask for a shorter range or fewer series")
        case .unreachable: self = .unavailable
        case .refused(let exception):
            self =
                switch exception.code {
                // TIMEOUT_EXCEEDED, TOO_SLOW, QUERY_WAS_CANCELLED
                case 159, 160, 394: .timedOut
                // TOO_MANY_ROWS, MEMORY_LIMIT_EXCEEDED, TOO_MANY_BYTES, TOO_MANY_ROWS_OR_BYTES
                case 158, 241, 307, 396:
                    .tooMuch("the query would read too much: ask for a shorter range or fewer series")
                // TOO_MANY_SIMULTANEOUS_QUERIES
                case 202: .busy
                default: .failed(code: exception.code)
                }
        case .unexpected: self = .failed(code: nil)
        }
    }
}
