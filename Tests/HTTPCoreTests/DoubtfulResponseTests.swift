import HTTPCore
import HTTPTypes
import RawServer
import Testing

@Suite("A doubtful response", .timeLimit(.minutes(3)))
struct DoubtfulResponseTests {
    private func request(_ server: RawServer) -> HTTPRequest {
        HTTPRequest(method: .get, scheme: "http", authority: "127.0.0.1:\(server.port)", path: "/")
    }

    private func error(_ answer: String, limit: Int = 1_000) async throws -> HTTPClientError? {
        let server = RawServer(answer: answer)
        var configuration = HTTPClient.Configuration()
        configuration.maximumResponseBytes = limit
        configuration.requestTimeout = .seconds(60)
        let client = HTTPClient(configuration: configuration)
        defer { withExtendedLifetime(server) {} }
        do {
            _ = try await client.execute(request(server)).body.collect(upTo: 1 << 20)
            return nil
        } catch {
            return error as? HTTPClientError
        }
    }

    @Test(
        "is an error, not an answer",
        arguments: [
            "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ]
    )
    func malformed(answer: String) async throws {
        guard case .malformedResponse = try await error(answer) else {
            Issue.record("the answer was taken")
            return
        }
    }

    @Test("is given up beyond the client's limit, whether its length is said or not")
    func tooLarge() async throws {
        let body = String(repeating: "x", count: 2_000)
        let said = try await error("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n\(body)")
        #expect(said == .responseTooLarge(limit: 1_000))
        let chunked = try await error(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n\(body)\r\n0\r\n\r\n"
        )
        #expect(chunked == .responseTooLarge(limit: 1_000))
    }

    @Test("that says more than its length leaves a connection that is not used again")
    func surplus() async throws {
        let server = RawServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n")
        let client = HTTPClient()
        for _ in 0..<3 {
            let response = try await client.execute(request(server))
            let got = try await response.body.collect(upTo: 100)
            #expect(got == Array("ok".utf8))
        }
        #expect(server.connectionCount == 3)
        await client.shutdown()
    }

    @Test("never comes from a host that does not let us in: the connect timeout is an error of its own")
    func connectTimeout() async throws {
        let server = RawServer(answer: "", backlog: 0, accepts: false)
        let fillers = (0..<2).map { _ in RawConnection(unconnected: ()) }
        // The kernel completes a connection or two beyond the backlog before it lets clients wait.
        for filler in fillers { filler.startConnecting(to: server.port) }
        var configuration = HTTPClient.Configuration()
        configuration.connectTimeout = .milliseconds(200)
        let client = HTTPClient(configuration: configuration)
        await #expect(throws: HTTPClientError.connectTimeout(authority: "127.0.0.1:\(server.port)")) {
            _ = try await client.execute(request(server))
        }
        withExtendedLifetime(fillers) {}
        await client.shutdown()
    }
}
