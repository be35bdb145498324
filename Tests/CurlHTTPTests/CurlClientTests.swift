import CurlHTTP
import HTTPCore
import HTTPTypes
import Testing

@Suite("The libcurl client", .timeLimit(.minutes(3)))
struct CurlClientTests {
    private func withServer<Result: Sendable>(
        _ body: @Sendable (String, CurlClient) async throws -> Result
    ) async throws -> Result {
        var router = Router()
        router.post("/echo") { request, _ in
            Response(
                status: .accepted,
                headers: [.contentType: request.head.headerFields[.contentType] ?? "none"],
                body: .bytes(try await request.body.collect(upTo: 1 << 24))
            )
        }
        router.get("/never") { _, _ in
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        let server = try HTTPServer(responder: router)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            let client = CurlClient()
            defer { client.shutdown() }
            return try await body("http://\(server.localAddress)", client)
        }
    }

    @Test("sends bodies and reads answers, many at once")
    func echo() async throws {
        try await withServer { origin, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for size in [0, 1, 1_000, 2_000_000, 10, 20, 30, 40] {
                    group.addTask {
                        let body = [UInt8](repeating: UInt8(truncatingIfNeeded: size), count: size)
                        let response = try await client.execute(
                            CurlRequest(
                                method: "POST",
                                url: "\(origin)/echo",
                                headers: [("Content-Type", "application/x-test")],
                                body: body
                            )
                        )
                        #expect(response.status == 202)
                        #expect(response.header("content-type") == "application/x-test")
                        #expect(response.body == body)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("gives up in time, and at once when the task is cancelled")
    func givingUp() async throws {
        try await withServer { origin, client in
            let request = CurlRequest(url: "\(origin)/never", timeout: .milliseconds(100))
            await #expect(throws: CurlError.timedOut(host: String(origin.dropFirst(7)))) {
                _ = try await client.execute(request)
            }
            let task = Task { try await client.execute(CurlRequest(url: "\(origin)/never", timeout: .seconds(50))) }
            task.cancel()
            await #expect(throws: CurlError.cancelled) { _ = try await task.value }
        }
    }

    @Test("bounds the answer and refuses header fields that would split the request")
    func bounds() async throws {
        try await withServer { origin, client in
            var request = CurlRequest(method: "POST", url: "\(origin)/echo", body: [UInt8](repeating: 1, count: 5_000))
            request.maximumResponseBytes = 1_000
            await #expect(throws: CurlError.responseTooLarge(limit: 1_000)) {
                _ = try await client.execute(request)
            }
            let split = CurlRequest(url: origin, headers: [("A", "b\r\nC: d")])
            await #expect(throws: CurlError.self) { _ = try await client.execute(split) }
        }
    }

    @Test("never puts credentials or queries into an error")
    func errors() async {
        let client = CurlClient()
        do {
            _ = try await client.execute(CurlRequest(url: "http://user:secret@127.0.0.1:1/path?token=secret"))
            Issue.record("Nobody listens there.")
        } catch {
            #expect(!error.description.contains("secret"))
            #expect(error.description.contains("127.0.0.1:1"))
        }
        client.shutdown()
    }
}
