import HTTPCore
import HTTPTypes
import Testing

@Suite("Trailer fields", .timeLimit(.minutes(3)))
struct TrailerTests {
    private let checksum = HTTPField.Name("x-checksum")!

    @Test("of a request reach the handler once it has read the body")
    func request() async throws {
        let checksum = checksum
        var router = Router()
        router.post("/sum") { request, _ in
            #expect(request.body.trailers.isEmpty)
            _ = try await request.body.collect(upTo: 100)
            return Response(status: .ok, body: .text("sum \(request.body.trailers[checksum] ?? "none")."))
        }
        try await withServer(router) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.sendSlowly(
                "POST /sum HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Checksum: 42\r\n\r\n"
            )
            #expect(await raw.read(until: ".").hasSuffix("sum 42."))
            raw.send("POST /sum HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")
            #expect(await raw.read(until: "none.").hasSuffix("sum none."))
        }
    }

    @Test("of a response follow its last chunk, and reach the client's caller")
    func response() async throws {
        let checksum = checksum
        var router = Router()
        router.get("/sum") { _, _ in
            Response(
                status: .ok,
                headers: [.trailer: "x-checksum"],
                body: .stream { writer in
                    try await writer.write("ab")
                    try writer.setTrailers([checksum: "42"])
                }
            )
        }
        try await withServer(router) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("GET /sum HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(await raw.readToEnd().hasSuffix("2\r\nab\r\n0\r\nx-checksum: 42\r\n\r\n"))

            let client = HTTPClient()
            let response = try await client.execute(server.request(.get, "/sum"))
            #expect(response.body.trailers.isEmpty)
            _ = try await response.body.collect(upTo: 100)
            #expect(response.body.trailers[checksum] == "42")
            await client.shutdown()
        }
    }

    @Test("cannot say what must be said before the body")
    func forbidden() async throws {
        var router = Router()
        router.get("/bad") { _, _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    #expect(throws: ResponseWriteError.forbiddenTrailer("Content-Length")) {
                        try writer.setTrailers([.contentLength: "5"])
                    }
                    try await writer.write("ab")
                }
            )
        }
        try await withServer(router) { server in
            let client = HTTPClient()
            let response = try await client.execute(server.request(.get, "/bad"))
            let got = try await response.body.collect(upTo: 100)
            #expect(got == Array("ab".utf8))
            await client.shutdown()
        }
    }
}
