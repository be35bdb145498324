import ChildProcess
import HTTPCore
import HTTPTypes
import OTLP
import ServiceKit
import Testing
import Tracing

@Suite("Attributes of HTTP spans", .timeLimit(.minutes(1)))
struct SpanAttributeTests {
    private func exchange(
        _ path: String,
        headers: HTTPFields = [:],
        captured: (server: CapturedHeaders, client: CapturedHeaders) = (.none, .none)
    ) async throws -> [OTLP.Span] {
        try await TwoServices.run(captured: captured) { router, service in
            router.get("/front") { request, _ in
                var answer = Response.json(
                    try await service.get("/back?sig=abc&color=blue", as: TwoServices.Answer.self)
                )
                answer.head.headerFields[HTTPField.Name("x-shelf")!] = "7"
                answer.head.headerFields[.setCookie] = "a=secret"
                return answer
            }
        } back: { router in
            router.get("/back") { _, _ in .json(TwoServices.Answer(value: "x")) }
        } _: { services in
            let answer = try await services.ask(path, headers: headers)
            #expect(answer.status == 200)
            return try await TelemetrySink.shared.spans(of: answer.traceID, count: 3)
        }
    }

    private func value(_ name: String, of span: OTLP.Span?) -> OTLP.AnyValue? {
        span?.attributes.first { $0.key == name }?.value
    }

    @Test("keep what processors set at the start, in every span of both services")
    func setAtStart() async throws {
        let spans = try await exchange("/front", headers: [HTTPField.Name("baggage")!: "session.id=visit-1"])
        #expect(Set(spans.map(\.kind)) == [.server, .client])
        #expect(spans.allSatisfy { value("session.id", of: $0) == .string("visit-1") })
        #expect(spans.allSatisfy { value("http.request.method", of: $0) == .string("GET") })
    }

    @Test("show no signature of a URL, on either side")
    func redaction() async throws {
        let spans = try await exchange(
            "/front?a=1&X-Goog-Signature=s3cret&Signature=s3cret&sigh=2&AWSAccessKeyId=s3cret"
        )
        let root = spans.first { !$0.parentSpanID.isValid }
        #expect(
            value("url.query", of: root)
                == .string("a=1&X-Goog-Signature=REDACTED&Signature=REDACTED&sigh=2&AWSAccessKeyId=REDACTED")
        )
        guard case .string(let url)? = value("url.full", of: spans.first { $0.kind == .client }) else {
            Issue.record("The CLIENT span has no url.full.")
            return
        }
        #expect(url.hasSuffix("/back?sig=REDACTED&color=blue"))
        #expect(
            value("url.query", of: spans.last { $0.kind == .server && $0.parentSpanID.isValid })
                == .string("sig=REDACTED&color=blue")
        )
    }

    @Test("name the host that was asked for, not the one that listens")
    func host() async throws {
        try await TwoServices.run { router, _ in
            router.get("/front") { _, _ in Response(status: .ok) }
        } back: { _ in
        } _: { services in
            let port = services.front.localAddress.port
            var request = HTTPRequest(method: .get, scheme: "http", authority: "localhost:\(port)", path: "/front")
            request.headerFields[.userAgent] = "test"
            let answer = try await services.client.execute(request)
            _ = try await answer.body.collect(upTo: 100)
            let header = answer.head.headerFields[HTTPField.Name("traceresponse")!] ?? ""
            let trace = String(header.dropFirst(3).prefix(32))
            let span = try await TelemetrySink.shared.spans(of: trace, count: 1).first
            #expect(value("server.address", of: span) == .string("localhost"))
            #expect(value("server.port", of: span) == .int(Int64(port)))
            #expect(value("network.protocol.version", of: span) == .string("1.1"))
        }
    }

    @Test("say in which version a client asked")
    func oldClient() async throws {
        try await TwoServices.run { router, _ in
            router.get("/old-client") { _, _ in Response(status: .ok) }
        } back: { _ in
        } _: { services in
            let address = services.front.localAddress
            let client = try await ByteConnection.connect(
                host: address.host,
                port: address.port,
                lasting: .seconds(30)
            )
            try await client.write(Array("GET /old-client HTTP/1.0\r\n\r\n".utf8))
            let answer = String(decoding: try await client.readToEnd(upTo: 65_536), as: UTF8.self)
            let field = try #require(answer.split(separator: "\r\n").first { $0.hasPrefix("traceresponse: ") })
            let trace = String(field.dropFirst("traceresponse: 00-".count).prefix(32))
            let span = try await TelemetrySink.shared.spans(of: trace, count: 1).first
            #expect(value("network.protocol.version", of: span) == .string("1.0"))
            let dimensions = ["http.route": "/old-client", "network.protocol.version": "1.0"]
            #expect(try await TelemetrySink.shared.series("http.server.request.duration", with: dimensions).count == 1)
        }
    }

    @Test("say in which version a server answered, and none when there was no answer", .enabled(if: TestPython.isGiven))
    func oldServer() async throws {
        _ = TelemetrySink.shared
        // It speaks HTTP/1.0.
        let python = try #require(TestPython.interpreter)
        let program = try ChildProcess([python, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"])
        defer { program.end() }
        let line = try #require(await program.waitForLine(containing: "port "))
        let port = try #require(line.split(separator: " ").compactMap { Int($0) }.first)
        let client = HTTPClient()
        let service = ServiceClient(
            service: "old",
            origin: Origin(host: "127.0.0.1", port: port),
            client: client,
            timeout: .seconds(30)
        )
        let trace = try await withSpan("caller") { span in
            let answer = try await service.exchange(.get, "/")
            #expect(answer.head.status == .ok)
            program.stop()
            _ = await program.finish()
            await #expect(throws: ServiceCallError.self) { _ = try await service.exchange(.get, "/") }
            return TraceParent.current?.traceID ?? ""
        }
        let spans = try await TelemetrySink.shared.spans(of: trace, count: 3).filter { $0.kind == .client }
        let answered = spans.first { value("http.response.status_code", of: $0) != nil }
        #expect(value("network.protocol.version", of: answered) == .string("1.0"))
        let failed = spans.first { value("http.response.status_code", of: $0) == nil }
        #expect(value("error.type", of: failed) == .string("connection_error"))
        #expect(value("network.protocol.version", of: failed) == nil)
        let dimensions = ["server.port": String(port), "network.protocol.version": "1.0"]
        #expect(try await TelemetrySink.shared.series("http.client.request.duration", with: dimensions).count == 1)
        await client.shutdown()
    }

    @Test("have the header fields that the environment names, without credentials")
    func headers() async throws {
        let settings = Settings(environment: [
            "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS": "X-Tenant, authorization",
            "OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_RESPONSE_HEADERS": "x-shelf,Set-Cookie,absent",
            "OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_RESPONSE_HEADERS": "Content-Type",
        ])
        let spans = try await exchange(
            "/front",
            headers: [HTTPField.Name("x-tenant")!: "acme", .authorization: "Bearer s3cret"],
            captured: (try .server(settings), try .client(settings))
        )
        let root = spans.first { !$0.parentSpanID.isValid }
        #expect(value("http.request.header.x-tenant", of: root) == .array([.string("acme")]))
        #expect(value("http.request.header.authorization", of: root) == .array([.string("REDACTED")]))
        #expect(value("http.response.header.x-shelf", of: root) == .array([.string("7")]))
        #expect(value("http.response.header.set-cookie", of: root) == .array([.string("REDACTED")]))
        #expect(value("http.response.header.absent", of: root) == nil)
        let call = spans.first { $0.kind == .client }
        #expect(value("http.response.header.content-type", of: call) == .array([.string("application/json")]))
    }

    @Test("refuse what cannot be the name of a header field")
    func badName() {
        let settings = Settings(environment: ["OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS": "a b"])
        #expect(throws: SettingError.self) { try CapturedHeaders.server(settings) }
    }
}
