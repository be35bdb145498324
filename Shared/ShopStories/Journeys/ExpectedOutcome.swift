import LoadEngine

/// The expected outcome of a request.
enum ExpectedOutcome: Sendable, Equatable {
    /// An answer with one of these statuses, in ascending order.
    case statuses([Int])
    /// No answer, because the client gives up; a server that is faster than that may answer.
    case timeout
    /// No answer, because the client breaks the connection off.
    case reset

    /// The everyday one.
    static let success = ExpectedOutcome.statuses([200])

    /// Whether an outcome is the expected one.
    func holds(for outcome: RequestOutcome) -> Bool {
        switch (self, outcome) {
        case (.statuses(let statuses), .status(let status)): statuses.contains(status)
        case (.timeout, .status(let status)): status < 500
        case (.timeout, .failure(.timeout)), (.reset, .failure(.reset)): true
        case (.statuses, .failure), (.timeout, .failure), (.reset, _): false
        }
    }
}
