import HTTPTypes

/// One request that a journey will send, settled before anything is sent.
struct PlannedRequest: Sendable, Equatable {
    /// How a request is sent.
    enum Manner: Sendable, Equatable {
        /// As anybody would.
        case ordinary
        /// Twice at once, as by a double click.
        case twice
        /// And given up after a time, without waiting for the answer.
        case impatient(after: Duration)
        /// And broken off as soon as it was sent.
        case brokenOff
    }

    /// What the shop should answer.
    enum Expectation: Sendable, Equatable {
        /// 2xx or 3xx.
        case success
        /// One of these.
        case status(Set<Int>)
        /// Nothing, because the client does not wait.
        case noAnswer

        /// Whether an answer is as it should be.
        func holds(for status: Int) -> Bool {
            switch self {
            case .success: (200..<400).contains(status)
            case .status(let statuses): statuses.contains(status)
            case .noAnswer: true
            }
        }
    }

    /// Stands in a target for the id of the order that this visit placed last.
    static let orderPlaceholder = "{order_id}"

    var method: HTTPRequest.Method
    /// Path and query as they go on the wire, ``orderPlaceholder`` aside.
    var target: String
    /// The body as it goes on the wire; JSON when it is not empty.
    var body: String = ""
    /// How long the shopper looks at the page before this request.
    var pause: Duration = .zero
    var manner = Manner.ordinary
    var expectation = Expectation.success

    /// A GET.
    static func get(_ target: String) -> PlannedRequest {
        PlannedRequest(method: .get, target: target)
    }

    /// A POST of a JSON text.
    static func post(_ target: String, _ body: String) -> PlannedRequest {
        PlannedRequest(method: .post, target: target, body: body)
    }

    /// The same request, expecting one of these statuses.
    func expecting(_ statuses: Int...) -> PlannedRequest {
        var copy = self
        copy.expectation = .status(Set(statuses))
        return copy
    }

    /// The same request, sent in another manner.
    func sent(_ manner: Manner) -> PlannedRequest {
        var copy = self
        copy.manner = manner
        switch manner {
        case .impatient, .brokenOff: copy.expectation = .noAnswer
        case .ordinary, .twice: break
        }
        return copy
    }
}
