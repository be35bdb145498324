import CurlHTTP
import Testing

@Suite("Curl client: when there is no response", .timeLimit(.minutes(3)))
struct FailureTests {
    /// Reads requests and never answers.
    private func silent() throws -> ScriptedServer {
        try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.waitForClient()
        }
    }

    private func error(_ client: CurlClient, _ request: CurlRequest) async -> CurlError? {
        do {
            _ = try await client.execute(request)
            return nil
        } catch { return error }
    }

    @Test("A server that does not answer: timed out, and the connection is closed")
    func timeout() async throws {
        let server = try silent()
        let client = CurlClient()
        let failure = await error(client, CurlRequest(url: server.url, timeout: .milliseconds(100)))
        #expect(failure?.kind == "timedOut")
        #expect(await eventually { server.closedByClient == 1 })
        client.shutdown()
    }

    @Test("Cancelling the task aborts the transfer at once, on the wire or in line")
    func cancellation() async throws {
        let server = try silent()
        let client = CurlClient()
        let url = server.url
        let onTheWire = Task { await error(client, CurlRequest(url: url, timeout: .seconds(600))) }
        #expect(await eventually { server.connections == 1 })
        let inLine = Task { await error(client, CurlRequest(url: url, timeout: .seconds(600))) }
        inLine.cancel()
        #expect(await inLine.value?.kind == "cancelled")
        onTheWire.cancel()
        #expect(await onTheWire.value?.kind == "cancelled")
        #expect(await eventually { server.closedByClient == 1 })
        let before = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await error(client, CurlRequest(url: url, timeout: .seconds(600)))
        }
        #expect(await before.value?.kind == "cancelled")
        client.shutdown()
    }

    @Test("One request more than allowed is refused, and may come again when another is over")
    func bound() async throws {
        let server = try silent()
        let client = CurlClient(maximumTransfers: 2)
        let url = server.url
        let allowed = (0..<2).map { _ in Task { await error(client, CurlRequest(url: url, timeout: .seconds(600))) } }
        #expect(await eventually { server.connections == 2 })
        #expect(await error(client, CurlRequest(url: url)) == .tooManyTransfers(limit: 2))
        for task in allowed { task.cancel() }
        for task in allowed { #expect(await task.value?.kind == "cancelled") }
        #expect(await error(client, CurlRequest(url: url, timeout: .milliseconds(50)))?.kind == "timedOut")
        client.shutdown()
    }

    @Test("Nobody listens: cannot connect")
    func refused() async throws {
        let port = try silent().port
        let client = CurlClient()
        var failure: CurlError?
        // The listener closes a moment after its owner is gone.
        for _ in 0..<100 where failure?.kind != "unreachable" {
            failure = await error(client, CurlRequest(url: "http://127.0.0.1:\(port)", timeout: .milliseconds(500)))
        }
        #expect(failure?.kind == "unreachable")
        #expect(failure?.description.contains("127.0.0.1:\(port)") == true)
        client.shutdown()
    }

    @Test("A name without an address: cannot resolve")
    func unresolvable() async {
        let client = CurlClient()
        let failure = await error(client, CurlRequest(url: "http://nowhere.invalid/"))
        #expect(failure?.kind == "unreachable")
        client.shutdown()
    }

    @Test("Closed, reset and cut connections are connection failures", arguments: ["close", "reset", "cut"])
    func lost(how: String) async throws {
        let server = try ScriptedServer { connection in
            guard connection.readRequest() != nil else { return }
            if how == "cut" { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc") }
            if how == "reset" { connection.reset() }
        }
        let client = CurlClient()
        let failure = await error(client, CurlRequest(method: "POST", url: server.url, body: [1]))
        #expect(failure?.kind == "unreachable")
        #expect(server.connections == 1)
        client.shutdown()
    }

    @Test("What is not HTTP is told from it")
    func notHTTP() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")
        }
        let client = CurlClient()
        let failure = await error(client, CurlRequest(url: server.url))
        #expect(failure?.kind == "unreachable")
        client.shutdown()
    }

    @Test("A response larger than the bound stops there, announced or not", arguments: [true, false])
    func tooLarge(announced: Bool) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\(announced ? "Content-Length: 100000000\r\n" : "")\r\n")
            let piece = String(repeating: "x", count: 10_000)
            for _ in 0..<100 { connection.send(piece) }
        }
        let client = CurlClient()
        let failure = await error(client, CurlRequest(url: server.url, maximumResponseBytes: 50_000))
        #expect(failure?.kind == "responseTooLarge")
        client.shutdown()
    }

    @Test("Headers without end stop at the bound")
    func endlessHeaders() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n")
            for number in 0..<50_000 { connection.send("X-\(number): \(number)\r\n") }
            connection.waitForClient()
        }
        let client = CurlClient()
        let failure = await error(client, CurlRequest(url: server.url, maximumResponseBytes: 50_000))
        #expect(failure?.kind == "responseTooLarge")
        client.shutdown()
    }

    @Test(
        "What would break out of its place in the request is refused",
        arguments: [
            CurlRequest(method: "GE T", url: "http://h"), CurlRequest(method: "", url: "http://h"),
            CurlRequest(url: "http://h/a b"), CurlRequest(url: "http://h/\r\nx"), CurlRequest(url: "http://h/\u{0}"),
            CurlRequest(url: "ftp://h"), CurlRequest(url: "file:///etc/passwd"), CurlRequest(url: "h:80"),
            CurlRequest(url: ""), CurlRequest(url: "http://"), CurlRequest(url: "http://h:99999/"),
            CurlRequest(url: "http://h", headers: [("A:b", "")]),
            CurlRequest(url: "http://h", headers: [("a", "b\r\nc: d")]),
            CurlRequest(url: "http://h", headers: [("a", "b\u{0}")]),
            CurlRequest(url: "http://h", headers: [("Content-Length", "3")]),
            CurlRequest(url: "http://h", headers: [("transfer-encoding", "chunked")]),
        ]
    )
    func invalid(request: CurlRequest) async {
        let client = CurlClient()
        #expect(await error(client, request)?.kind == "invalidRequest")
        client.shutdown()
    }

    @Test("No error tells a password, a path, a query, a header or a body")
    func secrets() async throws {
        let silentServer = try silent()
        let closing = try ScriptedServer { connection in _ = connection.readRequest() }
        let client = CurlClient()
        for base in [
            "127.0.0.1:\(silentServer.port)", "127.0.0.1:\(closing.port)", "nowhere.invalid", "127.0.0.1:1",
            "h:99999", "sec@ret@h:99999",
        ] {
            let failure = await error(
                client,
                CurlRequest(
                    method: "POST",
                    url: "http://user:pa55word@\(base)/s3cretpath?token=t0ken",
                    headers: [("Authorization", "Bearer b3arer")],
                    body: Array("b0dy".utf8),
                    timeout: .milliseconds(100)
                )
            )
            let text = failure.map { "\($0) \(String(reflecting: $0))" } ?? ""
            #expect(!text.isEmpty)
            for secret in ["pa55word", "s3cretpath", "t0ken", "b3arer", "b0dy", "user:"] {
                #expect(!text.contains(secret), "\(text)")
            }
        }
        client.shutdown()
    }

    @Test("After shutdown requests are refused, and shutting down again does no harm")
    func afterShutdown() async {
        let client = CurlClient()
        client.shutdown()
        client.shutdown()
        #expect(await error(client, CurlRequest(url: "http://127.0.0.1:1"))?.kind == "shutDown")
    }

    @Test("A client that nobody holds any more closes its connections")
    func released() async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil { connection.send("HTTP/1.1 204 None\r\n\r\n") }
        }
        _ = try await CurlClient().execute(CurlRequest(url: server.url))
        #expect(await eventually { server.closedByClient == 1 })
    }
}

extension CurlError {
    /// The name of the case, without what it carries.
    fileprivate var kind: String {
        switch self {
        case .timedOut: "timedOut"
        case .unreachable: "unreachable"
        case .tls: "tls"
        case .responseTooLarge: "responseTooLarge"
        case .invalidRequest: "invalidRequest"
        case .cancelled: "cancelled"
        case .tooManyTransfers: "tooManyTransfers"
        case .shutDown: "shutDown"
        }
    }
}
