package import HTTPCore

/// The outcome of a request.
package enum RequestOutcome: Sendable, Equatable {
    /// An answer with this status, read to its end.
    case status(Int)
    /// No complete answer.
    case failure(Failure)

    /// Why there was no complete answer, in the word that the journal uses.
    package enum Failure: String, Sendable, CaseIterable {
        /// The client's timeout passed.
        case timeout
        /// The client broke the connection off.
        case reset
        /// The connection was refused.
        case refused
        /// The server ended the connection before its answer was complete.
        case closed
        /// The answer was not HTTP.
        case malformed
        /// The answer was larger than this client reads.
        case tooLarge = "too_large"
        /// All connections that the load may have stayed busy.
        case noConnection = "no_connection"
        /// The target's name has no address.
        case unresolvable
        /// The run ended first.
        case cancelled
        /// Something else.
        case other
    }

    /// The reason that an error stands for.
    package init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .failure(.cancelled)
        case let error as HTTPClientError: self = .failure(Failure(error))
        default: self = .failure(.other)
        }
    }
}

extension RequestOutcome.Failure {
    package init(_ error: HTTPClientError) {
        switch error {
        case .requestTimeout, .connectTimeout, .deadlineExceeded: self = .timeout
        case .connectionRefused: self = .refused
        case .connectionClosed: self = .closed
        case .malformedResponse: self = .malformed
        case .responseTooLarge: self = .tooLarge
        case .noFreeConnection: self = .noConnection
        case .unresolvable: self = .unresolvable
        case .shutDown: self = .cancelled
        case .invalidRequest: self = .other
        }
    }
}
