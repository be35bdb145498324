import Glibc
import HTTPTypes
import Testing

@testable import HTTPCore

@Suite("Addresses", .timeLimit(.minutes(3)))
struct AddressTests {
    private func get(_ authority: String, with client: HTTPClient) async throws -> String {
        let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/hello/a")
        let response = try await client.execute(request)
        return String(decoding: try await response.body.collect(upTo: 100), as: UTF8.self)
    }

    @Test("of IPv6 are served, and written with brackets")
    func ipv6() async throws {
        try await withServer(testRouter(), configure: { $0.host = "::1" }) { server in
            #expect(server.localAddress.description == "[::1]:\(server.localAddress.port)")
            let client = HTTPClient()
            let got = try await get("[::1]:\(server.localAddress.port)", with: client)
            #expect(got == "Hello, a!")
            await client.shutdown()
        }
    }

    @Test("of both families reach a server on ::")
    func dualStack() async throws {
        try await withServer(testRouter(), configure: { $0.host = "::" }) { server in
            let client = HTTPClient()
            for host in ["127.0.0.1", "[::1]"] {
                let got = try await get("\(host):\(server.localAddress.port)", with: client)
                #expect(got == "Hello, a!")
            }
            await client.shutdown()
        }
    }

    @Test("of IPv4 stand in for :: where there is no IPv6, and for no other host or error")
    func withoutIPv6() {
        let missing = [EAFNOSUPPORT, EADDRNOTAVAIL].map { SystemCallError(call: "socket", code: $0) }
        #expect(missing.map { Listener.standIn(for: "::", after: $0) } == ["0.0.0.0", "0.0.0.0"])
        #expect(missing.map { Listener.standIn(for: "::1", after: $0) } == [nil, nil])
        #expect(Listener.standIn(for: "::", after: SystemCallError(call: "bind", code: EADDRINUSE)) == nil)
    }

    @Test("that nobody can have are an error that names the host")
    func unresolvable() async throws {
        let client = HTTPClient()
        await #expect {
            _ = try await get("no-such-host.invalid:80", with: client)
        } throws: { error in
            switch error as? HTTPClientError {
            case .unresolvable(let host, _): host == "no-such-host.invalid"
            // A resolver without a network may also say nothing until the time is up.
            case .connectTimeout(let authority): authority == "no-such-host.invalid:80"
            default: false
            }
        }
        await client.shutdown()
    }

    @Test("can be shared by servers that agree to it, and by no others")
    func sharedPort() async throws {
        try await withServer(testRouter(), configure: { $0.sharesPort = true }) { first in
            let port = first.localAddress.port
            try await withServer(testRouter(), configure: { ($0.port, $0.sharesPort) = (port, true) }) { second in
                #expect(second.localAddress.port == port)
                let client = HTTPClient()
                let got = try await get("127.0.0.1:\(port)", with: client)
                #expect(got == "Hello, a!")
                await client.shutdown()
            }
            var configuration = HTTPServer.Configuration()
            configuration.port = port
            #expect(throws: ServerError.addressInUse(host: "127.0.0.1", port: port)) {
                _ = try HTTPServer(configuration: configuration, responder: testRouter())
            }
        }
    }

    @Test("are taken apart into host and port")
    func authorities() {
        let parts: [(String, String?, Int?)] = [
            ("shop.example", "shop.example", nil), ("shop.example:8000", "shop.example", 8_000),
            ("127.0.0.1:80", "127.0.0.1", 80), ("[::1]", "::1", nil), ("[::1]:443", "::1", 443), ("a:", "a", nil),
            ("", nil, nil), (":80", nil, nil), ("a:65536", nil, nil), ("a:b", nil, nil), ("a/b", nil, nil),
            ("user@a", nil, nil), ("[::1", nil, nil), ("[::1]x", nil, nil), ("::1", nil, nil),
        ]
        for (text, host, port) in parts {
            #expect(Authority(text)?.host == host, "\(text)")
            #expect(Authority(text)?.port == port, "\(text)")
        }
    }

    @Test("and versions of a request are the ones that it names")
    func ofRequest() async throws {
        var router = Router()
        router.get("/asked") { request, context in
            let authority = request.authority
            return Response(
                status: .ok,
                body: .text("\(authority?.host ?? "none") \(authority?.port ?? 0) \(context.version).")
            )
        }
        try await withServer(router) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("GET /asked HTTP/1.1\r\nHost: shop.example:81\r\n\r\n")
            #expect(await raw.read(until: "1.1.").hasSuffix("\r\n\r\nshop.example 81 1.1."))
            raw.send("GET http://[::2]/asked HTTP/1.1\r\nHost: shop.example:81\r\n\r\n")
            #expect(await raw.read(until: "1.1.").hasSuffix("\r\n\r\n::2 0 1.1."))
            raw.send("GET /asked HTTP/1.0\r\n\r\n")
            #expect(await raw.readToEnd().hasSuffix("\r\n\r\nnone 0 1.0."))
        }
    }
}
