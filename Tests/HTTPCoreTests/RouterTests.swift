import HTTPCore
import HTTPTypes
import Testing

@Suite("The router")
struct RouterTests {
    private func answer(_ router: Router, _ method: HTTPRequest.Method, _ target: String) async throws -> Response {
        try await router.respond(to: Request(method: method, target: target), context: RequestContext())
    }

    private func text(_ response: Response) -> String {
        if case .bytes(let bytes) = response.body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    private func router() -> Router {
        var router = Router()
        for template in ["/a/b", "/a/{id}", "/a/{rest...}", "/{top}/b", "/", "/a/{id}/c"] {
            router.get(template) { _, context in
                let id = context.parameters["id"] ?? context.parameters["rest"] ?? context.parameters["top"]
                return Response(status: .ok, body: .text("\(context.route ?? "-") \(id ?? "-")"))
            }
        }
        return router
    }

    @Test(
        "prefers literals to parameters, and parameters to wildcards",
        arguments: [
            ("/a/b", "/a/b -"), ("/a/x", "/a/{id} x"), ("/a/x/y", "/a/{rest...} x/y"), ("/x/b", "/{top}/b x"),
            ("/", "/ -"), ("/a/x/c", "/a/{id}/c x"), ("/a/b/c", "/a/{id}/c b"), ("/a/", "/a/{rest...} "),
            ("/a/%62", "/a/b -"), ("/a/./b", "/a/b -"), ("/a/x%2Fy", "/a/{id} x%2Fy"), ("/a/b?c=d", "/a/b -"),
        ]
    )
    func order(target: String, expected: String) async throws {
        #expect(text(try await answer(router(), .get, target)) == expected)
    }

    @Test("runs middleware around routes and refusals alike, the first outermost, with the route known")
    func middleware() async throws {
        struct Mark: Middleware {
            let name: String
            func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
                var response = try await next.respond(to: request, context: context)
                let seen = response.head.headerFields[.server] ?? ""
                response.head.headerFields[.server] = "\(seen)\(name)(\(context.route ?? "none"))"
                return response
            }
        }
        var router = router()
        router.use(Mark(name: "outer"))
        router.use(Mark(name: "inner"))
        let found = try await answer(router, .get, "/a/x")
        #expect(found.head.headerFields[.server] == "inner(/a/{id})outer(/a/{id})")
        let missing = try await answer(router, .get, "/nothing/here")
        #expect(missing.head.status == .notFound)
        #expect(missing.head.headerFields[.server] == "inner(none)outer(none)")
    }

    @Test("takes the later of two routes for one method and template")
    func replaced() async throws {
        var router = Router()
        router.get("/a") { _, _ in Response(status: .ok, body: .text("old")) }
        router.get("/a") { _, _ in Response(status: .ok, body: .text("new")) }
        #expect(text(try await answer(router, .get, "/a")) == "new")
    }

    @Test("takes a segment that begins with a combining mark for a segment")
    func combiningMarks() async throws {
        var router = Router()
        router.get("/payments/{key}/settle") { _, context in
            Response(status: .ok, body: .text(context.parameters["key"] ?? "none"))
        }
        try await withServer(router) { server in
            let client = HTTPClient()
            let response = try await client.execute(server.request(.get, "/payments/%F0%91%B0%BD/settle"))
            let body = try await response.body.collect(upTo: 100)
            #expect(String(decoding: body, as: UTF8.self).unicodeScalars.map(\.value) == [0x11C3D])
            await client.shutdown()
        }
    }
}
