import HTTPTypes

/// One request that a journey will send, settled before anything is sent.
package struct PlannedRequest: Sendable, Equatable {
    /// Who is asked.
    enum Service: String, Sendable, Equatable {
        case shop
        /// inventory-service, which the back office asks for its reports.
        case inventory
    }

    /// How a request is sent.
    enum Manner: Sendable, Equatable {
        /// An ordinary request.
        case ordinary
        /// Twice at once, as by a double click.
        case twice
        /// And given up after a time.
        case impatient(after: Duration)
        /// And the connection reset as soon as it was sent.
        case reset
        /// A few bytes at a time, over so long, as over a bad line.
        case slow(over: Duration)
    }

    /// Stands in a target or a body for the id of the order that this visit placed last.
    static let orderPlaceholder = "{order_id}"

    /// What the visitor does, in a word.
    var step: String
    var service = Service.shop
    var method: HTTPRequest.Method
    /// Path and query as they go on the wire, ``orderPlaceholder`` aside.
    var target: String
    /// The body as it goes on the wire; JSON when it is not empty.
    var body: String = ""
    /// How long the visitor looks at the page before this request.
    var pause: Duration = .zero
    var manner = Manner.ordinary
    var expectation = ExpectedOutcome.success
    /// Whether ``orderPlaceholder`` stands in it.
    var namesOrder = false

    /// A GET.
    package static func get(_ step: String, _ target: String) -> PlannedRequest {
        PlannedRequest(step: step, method: .get, target: target)
    }

    /// A POST of a JSON text.
    static func post(_ step: String, _ target: String, _ body: String) -> PlannedRequest {
        PlannedRequest(step: step, method: .post, target: target, body: body)
    }

    /// The same request, of which ``orderPlaceholder`` is a part.
    func aboutOrder() -> PlannedRequest {
        var copy = self
        copy.namesOrder = true
        return copy
    }

    /// The same request, expecting one of these statuses.
    func expecting(_ statuses: Int...) -> PlannedRequest {
        var copy = self
        copy.expectation = .statuses(statuses.sorted())
        return copy
    }

    /// The same request, sent in another manner.
    func sent(_ manner: Manner) -> PlannedRequest {
        var copy = self
        copy.manner = manner
        switch manner {
        case .impatient: copy.expectation = .timeout
        case .reset: copy.expectation = .reset
        case .ordinary, .twice, .slow: break
        }
        return copy
    }

    /// The same request, with an order's id in its place.
    func naming(order: String) -> PlannedRequest {
        guard namesOrder else { return self }
        var copy = self
        copy.namesOrder = false
        copy.target = target.replacing(Self.orderPlaceholder, with: order)
        copy.body = body.replacing(Self.orderPlaceholder, with: order)
        return copy
    }
}
