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

    static let visa = "4242424242424242"
    static let mastercard = "5555555555554444"

    let suite: RunningSuite
    /// Which service is asked: the shop, unless something else is.
    var port = "SAMPLE_APP_PORT"
    /// The session that the shop knows this shopper by.
    let session = UUID().uuidString.lowercased().replacing("-", with: "")

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = "",
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var request = HTTPRequest(method: method, scheme: "http", authority: suite.authority(port), path: path)
        request.headerFields = headers
        request.headerFields[.cookie] = "session=\(session)"
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

    func products() async throws -> [Product] {
        struct List: Decodable { let products: [Product] }
        return try JSONDecoder().decode(List.self, from: Data(try await send(.get, "/products").body)).products
    }

    static func card(_ number: String) -> String {
        #"{"number":"\#(number)","exp_month":12,"exp_year":2031,"cvc":"123"}"#
    }
}
