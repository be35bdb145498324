import HTTPCore
import HTTPTypes
import ServiceKit
import Testing

@testable import FaultlineMCP

@Suite("Streamable HTTP", .timeLimit(.minutes(2)))
struct StreamableHTTPTests {
    private static let secret = "a-secret-for-tests"

    /// A client of a server that ends with the closure.
    private struct Client: Sendable {
        let port: Int
        let http: HTTPClient

        func send(
            _ body: String,
            method: HTTPRequest.Method = .post,
            _ changed: [String: String?] = [:]
        ) async throws -> (head: HTTPResponse, body: String) {
            var fields: [String: String?] = [
                "Authorization": "Bearer \(secret)", "Content-Type": "application/json",
                "Accept": "application/json, text/event-stream",
            ]
            fields.merge(changed) { $1 }
            var request = HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1:\(port)", path: "/mcp")
            for (name, value) in fields { if let value { request.headerFields[.init(name)!] = value } }
            let response = try await http.execute(request, body: Array(body.utf8))
            return (response.head, String(decoding: try await response.body.collect(upTo: 1 << 20), as: UTF8.self))
        }

        /// Begins a session, and gives its id.
        func begin() async throws -> String {
            let (head, body) = try await send(MCPSession.hello)
            #expect(head.status == .ok)
            #expect(JSONValue(body.utf8)?["result"]?["protocolVersion"] == "2025-11-25")
            return try #require(head.headerFields[.init("Mcp-Session-Id")!])
        }
    }

    private func serve(_ server: MCPServer, _ body: (Client) async throws -> Void) async throws {
        let http = try HTTPService.listen(server, try #require(BearerToken(Self.secret)), port: 0)
        let serving = Task { try await http.run() }
        var patience = HTTPClient.Configuration()
        patience.connectTimeout = .seconds(30)
        patience.requestTimeout = .seconds(60)
        let client = HTTPClient(configuration: patience)
        do {
            try await body(Client(port: http.localAddress.port, http: client))
        } catch {
            http.beginShutdown()
            throw error
        }
        await client.shutdown()
        http.beginShutdown()
        try await serving.value
    }

    private let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

    @Test("answers a session by JSON, a call by events, and a notification by 202")
    func session() async throws {
        try await serve(.forTests()) { client in
            let id = try await client.begin()
            let fields: [String: String?] = ["Mcp-Session-Id": id, "MCP-Protocol-Version": "2025-11-25"]
            let notified = try await client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, fields)
            #expect(notified.head.status == .accepted)
            #expect(notified.body.isEmpty)
            let listed = try await client.send(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, fields)
            #expect(listed.head.headerFields[.contentType] == "application/json")
            #expect(JSONValue(listed.body.utf8)?["result"]?["tools"]?.elements?.count == 2)
            let call = #""name":"echo","arguments":{"text":"x"},"_meta":{"progressToken":5}"#
            let called = try await client.send(
                #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{\#(call)}}"#,
                fields
            )
            #expect(called.head.headerFields[.contentType] == "text/event-stream")
            let events = called.body.split(separator: "\n\n").map { $0.dropFirst("data: ".count) }
            let messages = try events.map { try #require(JSONValue($0.utf8)) }
            #expect(messages.count == 3)
            #expect(messages.dropLast().allSatisfy { $0["params"]?["progressToken"] == 5 })
            #expect(messages.last?["id"] == 2)
            #expect(try await client.send("", method: .delete, fields).head.status == .noContent)
            #expect(try await client.send(ping, fields).head.status == .notFound)
        }
    }

    @Test("lets nobody in without the token or from another origin")
    func strangers() async throws {
        try await serve(.forTests()) { client in
            for (fields, status) in [
                (["Authorization": nil], .unauthorized),
                (["Authorization": "Bearer wrong-secret-of-a-length"], .unauthorized),
                (["Origin": "https://example.com"], .forbidden), (["Origin": "null"], .forbidden),
                (["Origin": "http://127.0.0.1.example.com"], .forbidden),
                (["Origin": "http://localhost:3000"], .ok), (["Origin": "http://127.0.0.1:1"], .ok),
            ] as [([String: String?], HTTPResponse.Status)] {
                let (head, body) = try await client.send(MCPSession.hello, fields)
                #expect(head.status == status, "\(fields)")
                #expect(!body.contains(Self.secret))
                if status == .unauthorized { #expect(head.headerFields[.wwwAuthenticate] == "Bearer") }
            }
        }
    }

    @Test("refuses what the transport forbids, each with its status")
    func refusals() async throws {
        try await serve(.forTests()) { client in
            let id = try await client.begin()
            let known: [String: String?] = ["Mcp-Session-Id": id]
            for (body, fields, status) in [
                (ping, [:], .badRequest), (ping, ["Mcp-Session-Id": "no-such"], .notFound),
                (ping, known.merging(["MCP-Protocol-Version": "2024-11-05"]) { $1 }, .badRequest),
                (ping, known.merging(["MCP-Protocol-Version": "2025-06-18"]) { $1 }, .badRequest),
                (ping, known.merging(["Accept": "application/json"]) { $1 }, .notAcceptable),
                (ping, known.merging(["Content-Type": "text/plain"]) { $1 }, .unsupportedMediaType),
                ("{", known, .badRequest), ("[\(ping)]", known, .badRequest), (ping, known, .ok),
                (MCPSession.hello, known, .ok),
                (String(repeating: " ", count: 2 << 20) + ping, known, .contentTooLarge),
            ] as [(String, [String: String?], HTTPResponse.Status)] {
                let (head, answer) = try await client.send(body, fields)
                #expect(head.status == status, "\(fields) \(body.prefix(60))")
                if status == .badRequest { #expect(JSONValue(answer.utf8)?["error"] != nil) }
            }
            for method in [HTTPRequest.Method.get, .put] {
                #expect(try await client.send("", method: method, known).head.status == .methodNotAllowed)
            }
            #expect(try await client.send("", method: .delete, [:]).head.status == .badRequest)
            #expect(try await client.send("", method: .delete, ["Mcp-Session-Id": "x"]).head.status == .notFound)
        }
    }

    @Test("cancels a call that another request names, and ends its stream without an answer")
    func cancellation() async throws {
        let entered = Latch()
        try await serve(.forTests(entered: entered)) { client in
            let fields: [String: String?] = ["Mcp-Session-Id": try await client.begin()]
            async let called = client.send(
                #"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"wait"}}"#,
                fields
            )
            await entered.wait()
            let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}}"#
            #expect(try await client.send(cancel, fields).head.status == .accepted)
            #expect(try await called.body.isEmpty)
        }
    }

    @Test("answers 1,000 calls at once")
    func many() async throws {
        try await serve(.forTests()) { client in
            let fields: [String: String?] = ["Mcp-Session-Id": try await client.begin()]
            let right = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 1...1_000 {
                    group.addTask {
                        let call = #""name":"echo","arguments":{"text":"n\#(number)"}"#
                        let text = #"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call","params":{\#(call)}}"#
                        return try await client.send(text, fields).body.contains("\"n\(number)\"")
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 1_000)
        }
    }

    @Test("ends the session that was quiet for longest when there are too many")
    func bound() async throws {
        let sessions = HTTPSessions(server: .forTests(), most: 2)
        let ids = (0..<3).map { _ in sessions.keep(sessions.new()) }
        #expect(sessions.session(ids[0]) == nil)
        #expect(sessions.session(ids[1]) != nil && sessions.session(ids[2]) != nil)
    }
}
