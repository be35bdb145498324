import CurlHTTP
import Testing

@Suite("Curl client: requests and responses", .timeLimit(.minutes(3)))
struct ExchangeTests {
    /// Answers every request with itself as text.
    private func echo() throws -> ScriptedServer {
        try ScriptedServer { connection in
            while let request = connection.readRequest() {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.utf8.count)\r\n\r\n\(request)")
            }
        }
    }

    private func text(_ response: CurlResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test("Method, path, headers and body arrive as they were given, and nothing else is claimed")
    func request() async throws {
        let server = try echo()
        let client = CurlClient()
        let response = try await client.execute(
            CurlRequest(
                method: "POST",
                url: server.url + "/v1/traces?a=b",
                headers: [
                    ("Content-Type", "application/x-protobuf"), ("User-Agent", "test/1"),
                    ("X-Empty", ""), ("x-two", "1"), ("x-two", "2"),
                ],
                body: Array("payload".utf8)
            )
        )
        let lines = text(response).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "POST /v1/traces?a=b HTTP/1.1")
        #expect(lines.last == "payload")
        #expect(
            Set(lines.dropFirst().dropLast(2)) == [
                "Host: 127.0.0.1:\(server.port)", "User-Agent: test/1", "Accept: */*", "Content-Length: 7",
                "Content-Type: application/x-protobuf", "X-Empty:", "x-two: 1", "x-two: 2",
            ]
        )
        client.shutdown()
    }

    @Test("Bodies may be empty, or absent, by method", arguments: ["GET", "DELETE", "POST", "PUT", "PATCH", "OPTIONS"])
    func methods(method: String) async throws {
        let server = try echo()
        let client = CurlClient()
        let received = text(try await client.execute(CurlRequest(method: method, url: server.url)))
        #expect(received.hasPrefix("\(method) / HTTP/1.1\r\n"))
        #expect(received.contains("Content-Length: 0") == ["POST", "PUT", "PATCH"].contains(method))
        #expect(!received.contains("Content-Type"))
        client.shutdown()
    }

    @Test("A HEAD response has a length and no body")
    func head() async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n") }
        }
        let client = CurlClient()
        let response = try await client.execute(CurlRequest(method: "HEAD", url: server.url))
        #expect(response.header("content-length") == "9")
        #expect(response.body.isEmpty)
        client.shutdown()
    }

    @Test("A large body arrives whole, without waiting for a continue")
    func largeBody() async throws {
        let size = 5_000_000
        let server = try ScriptedServer { connection in
            var left = size
            var head: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while left > 0 {
                let count = connection.receive(&buffer)
                guard count > 0 else { return }
                if head.count < 4 || head.suffix(4) != Array("\r\n\r\n".utf8)[...] {
                    var index = 0
                    while index < count, head.suffix(4) != Array("\r\n\r\n".utf8)[...] {
                        head.append(buffer[index])
                        index += 1
                    }
                    left -= count - index
                } else {
                    left -= count
                }
            }
            let expects = String(decoding: head, as: UTF8.self).contains("Expect")
            connection.send("HTTP/1.1 \(expects ? 417 : 200) x\r\nContent-Length: 0\r\n\r\n")
            connection.waitForClient()
        }
        let client = CurlClient()
        let body = [UInt8](repeating: 65, count: size)
        let response = try await client.execute(CurlRequest(method: "POST", url: server.url, body: body))
        #expect(response.status == 200)
        client.shutdown()
    }

    @Test("Status, repeated headers and a chunked body come back; interim responses do not")
    func response() async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
                connection.send("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nX-A: 1\r\nX-a:2 \r\nX-Empty:\r\n")
                connection.send("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            }
        }
        let client = CurlClient()
        let response = try await client.execute(CurlRequest(url: server.url))
        #expect(response.status == 503)
        #expect(response.header("retry-after") == "7")
        #expect(
            response.headers.map { "\($0.0)=\($0.1)" }
                == ["retry-after=7", "x-a=1", "x-a=2", "x-empty=", "transfer-encoding=chunked"]
        )
        #expect(text(response) == "abcde")
        client.shutdown()
    }

    @Test("A connection is reused")
    func keepAlive() async throws {
        let server = try echo()
        let client = CurlClient()
        for _ in 0..<20 { _ = try await client.execute(CurlRequest(method: "POST", url: server.url, body: [1])) }
        #expect(server.connections == 1)
        client.shutdown()
        #expect(await eventually { server.closedByClient == 1 })
    }

    @Test("A kept connection that the server closed meanwhile does not fail the next request")
    func closedKeepAlive() async throws {
        let server = try ScriptedServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let client = CurlClient()
        for _ in 0..<5 {
            let response = try await client.execute(CurlRequest(method: "POST", url: server.url, body: [1, 2, 3]))
            #expect(response.status == 200)
        }
        #expect(server.connections == 5)
        client.shutdown()
    }

    @Test("Redirects are answers, not orders")
    func redirect() async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let client = CurlClient()
        #expect(try await client.execute(CurlRequest(url: server.url)).status == 302)
        client.shutdown()
    }
}
