import Foundation
import HTTPCore
import HTTPTypes

/// Somebody at the shop's door, with a session of its own, over real connections.
struct Shopper: Sendable {
    /// An answer, read to its end.
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]

        /// A member of the answer's JSON object, as text.
        subscript(_ name: String) -> String? {
            let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
            return object?[name].map { "\($0)" }
        }
    }

    /// A product that everybody may want.
    struct Product: Decodable, Sendable {
        let id: String
        let category: String
        let stock: Int
    }

    /// The cookie by which the shop knows this shopper. It is got once, with the first request.
    private actor Visit {
        private var opening: Task<String, any Error>?

        func cookie(at suite: RunningSuite) async throws -> String {
            if let opening { return try await opening.value }
            let task = Task { try await Self.open(suite) }
            opening = task
            return try await task.value
        }

        private static func open(_ suite: RunningSuite) async throws -> String {
            let authority = suite.authority("SAMPLE_APP_PORT")
            let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/cart")
            let response = try await suite.client.execute(request)
            _ = try await response.body.collect(upTo: 4 << 20)
            guard let cookie = response.head.headerFields[.setCookie] else {
                throw SuiteError("The shop set no cookie.")
            }
            return String(cookie.prefix { $0 != ";" })
        }
    }

    static let visa = "4242424242424242"
    static let mastercard = "5555555555554444"

    let suite: RunningSuite
    /// Which service is asked: the shop, unless something else is.
    var port = "SAMPLE_APP_PORT"
    private let visit = Visit()

    init(suite: RunningSuite, port: String = "SAMPLE_APP_PORT") {
        self.suite = suite
        self.port = port
    }

    /// Name and value of the session's cookie.
    var cookie: String {
        get async throws { try await visit.cookie(at: suite) }
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var request = HTTPRequest(method: method, scheme: "http", authority: suite.authority(port), path: path)
        request.headerFields = headers
        if port == "SAMPLE_APP_PORT" { request.headerFields[.cookie] = try await cookie }
        if !body.isEmpty { request.headerFields[.contentType] = "application/json" }
        let response = try await suite.client.execute(request, body: Array(body.utf8))
        return Answer(status: response.head.status.code, body: try await response.body.collect(upTo: 4 << 20))
    }

    @discardableResult
    func add(_ product: String, _ quantity: Int = 1) async throws -> Answer {
        try await send(.post, "/cart/add", #"{"product_id":"\#(product)","quantity":\#(quantity)}"#)
    }

    func checkOut(card: String = visa) async throws -> Answer {
        try await send(.post, "/checkout", #"{"email":"test@example.com","card":\#(Self.card(card))}"#)
    }

    /// Begins an order, to be paid by ``pay(_:card:)``.
    func beginCheckout() async throws -> Answer {
        try await send(.post, "/checkout", #"{"email":"test@example.com"}"#)
    }

    func pay(_ order: String, card: String = visa) async throws -> Answer {
        try await send(.post, "/payment", #"{"order_id":"\#(order)","card":\#(Self.card(card))}"#)
    }

    func products() async throws -> [Product] {
        struct List: Decodable { let products: [Product] }
        return try JSONDecoder().decode(List.self, from: Data(try await send(.get, "/products").body)).products
    }

    static func card(_ number: String) -> String {
        #"{"number":"\#(number)","exp_month":12,"exp_year":2031,"cvc":"123"}"#
    }
}
