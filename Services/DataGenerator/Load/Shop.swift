import HTTPCore
import HTTPTypes
import ServiceKit

/// The shop under load: where it is, and the connections to it.
struct Shop: Sendable {
    /// The most of an answer that is read, in bytes.
    private static let maximumAnswer = 4 << 20

    let origin: Origin
    let client: HTTPClient

    /// The answer to one request, read to its end.
    struct Answer: Sendable {
        let status: Int
        let fields: HTTPFields
        let body: [UInt8]
    }

    /// Sends one request and reads the answer to its end.
    func send(_ planned: PlannedRequest, cookies: CookieJar = CookieJar()) async throws -> Answer {
        var request = HTTPRequest(
            method: planned.method,
            scheme: "http",
            authority: origin.authority,
            path: planned.target
        )
        request.headerFields[.userAgent] = "faultline-data-generator"
        if let cookie = cookies.field { request.headerFields[.cookie] = cookie }
        if !planned.body.isEmpty { request.headerFields[.contentType] = "application/json" }
        let response = try await client.execute(request, body: Array(planned.body.utf8))
        return Answer(
            status: response.head.status.code,
            fields: response.head.headerFields,
            body: try await response.body.collect(upTo: Self.maximumAnswer)
        )
    }

    /// What the shop sells now.
    func catalogue() async throws -> Catalogue {
        let answer = try await send(PlannedRequest(method: .get, target: "/products"))
        return try JSON.decode(Catalogue.self, from: answer.body)
    }
}
