import HTTPCore
import HTTPTypes
import LoadEngine
import ServiceKit
import ShopStories
import Testing

@testable import DataGenerator

@Suite("The control port", .timeLimit(.minutes(1)))
struct ControlTests {
    private func ask(
        _ method: HTTPRequest.Method,
        _ path: String,
        body: String = "",
        type: String? = "application/json",
        hasRate: Bool = true
    ) async throws -> (status: Int, body: [UInt8], rate: Double?) {
        let control = LoadControl()
        let routes = ControlRoutes(
            control: control,
            report: LoadReport(began: .now, classes: JourneyClass.names),
            hasRate: hasRate
        )
        let server = try HTTPServer(responder: routes.router())
        let client = HTTPClient()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            var request = HTTPRequest(
                method: method,
                scheme: "http",
                authority: "\(server.localAddress)",
                path: path
            )
            request.headerFields[.contentType] = type
            let response = try await client.execute(request, body: Array(body.utf8))
            return (response.head.status.code, try await response.body.collect(upTo: 65_536), control.takeRate())
        }
    }

    @Test("changes the rate")
    func rate() async throws {
        let answer = try await ask(.post, "/rate", body: #"{"rate": 62.5}"#)
        #expect(answer.status == 200 && answer.rate == 62.5)
    }

    @Test(
        "refuses what is no rate, and changes nothing",
        arguments: [
            (#"{"rate": 0}"#, 422), (#"{"rate": -1}"#, 422), (#"{"rate": 1e9}"#, 422), (#"{"rate": "fast"}"#, 422),
            ("{}", 422), ("", 400), ("rate=5", 400),
        ]
    )
    func refused(body: String, status: Int) async throws {
        let answer = try await ask(.post, "/rate", body: body)
        #expect(answer.status == status && answer.rate == nil)
    }

    @Test("does not listen to pages in a browser", arguments: ["text/plain", nil])
    func browsers(type: String?) async throws {
        let answer = try await ask(.post, "/rate", body: #"{"rate": 5}"#, type: type)
        #expect(answer.status == 415 && answer.rate == nil)
    }

    @Test("of a closed load has no rate")
    func closed() async throws {
        #expect(try await ask(.post, "/rate", body: #"{"rate": 5}"#, hasRate: false).status == 409)
    }

    @Test("tells how the load goes")
    func status() async throws {
        let answer = try await ask(.get, "/status")
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(#""in_flight":0"#))
    }
}
