import Deadlines
import HTTPCore
import HTTPTypes
import Logging
import OTLP
import ServiceKit
import Testing
import Tracing

@Suite("Instrumentation", .timeLimit(.minutes(1)))
struct InstrumentationTests {
    struct Answer: Codable, Sendable {
        let value: String
    }

    private func instrumented(_ build: (inout Router) -> Void) -> Router {
        var router = Router()
        router.use(ServerTelemetry())
        router.use(ProblemDetails(logger: Logger(label: "test")))
        build(&router)
        return router
    }

    /// Runs two services, of which the first calls the second, and asks the first once.
    private func ask(
        _ path: String,
        requestID: String? = nil
    ) async throws -> (status: Int, traceID: String, body: [UInt8]) {
        _ = TelemetrySink.shared
        var patience = HTTPClient.Configuration()
        patience.requestTimeout = .seconds(60)
        let client = HTTPClient(configuration: patience)
        let back = try HTTPServer(
            responder: instrumented { router in
                router.get("/items/{id}") { _, context in
                    Logger(label: "back").info("Looked up", metadata: ["id": "\(context.parameters["id"] ?? "")"])
                    return .json(Answer(value: context.parameters["id"] ?? ""))
                }
                router.get("/deadline") { _, _ in
                    .json(Answer(value: String(Int((Deadline.current?.remaining ?? .seconds(-1)) / .milliseconds(1)))))
                }
                router.get("/fails") { _, _ in throw Problem(.serviceUnavailable, detail: "Not now.") }
            }
        )
        let service = ServiceClient(
            service: "back",
            origin: Origin(host: back.localAddress.host, port: back.localAddress.port),
            client: client,
            timeout: .seconds(60)
        )
        let front = try HTTPServer(
            responder: instrumented { router in
                router.get("/show/{id}") { _, context in
                    try await withSpan("show") { _ in
                        let id = context.parameters["id"] ?? ""
                        return .json(try await service.get("/items/\(id)", template: "/items/{id}", as: Answer.self))
                    }
                }
                router.get("/budget") { _, _ in
                    try await Deadline.after(.milliseconds(700)).enforce {
                        .json(try await service.get("/deadline", as: Answer.self))
                    }
                }
                router.get("/fails") { _, _ in .json(try await service.get("/fails", as: Answer.self)) }
            }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await back.run() }
            group.addTask { try await front.run() }
            defer { group.cancelAll() }
            var request = HTTPRequest(
                method: .get,
                scheme: "http",
                authority: front.localAddress.description,
                path: path
            )
            if let requestID { request.headerFields[HTTPField.Name("x-request-id")!] = requestID }
            let response = try await client.execute(request)
            let body = try await response.body.collect(upTo: 65_536)
            let header = response.head.headerFields[HTTPField.Name("traceresponse")!] ?? ""
            return (response.head.status.code, String(header.dropFirst(3).prefix(32)), body)
        }
    }

    @Test("makes one tree over two services: each SERVER span's parent is its caller's CLIENT span")
    func tree() async throws {
        let answer = try await ask("/show/42?secret=1")
        #expect(answer.status == 200)
        let spans = try await TelemetrySink.shared.spans(of: answer.traceID, count: 4)
        let root = try #require(spans.first { !$0.parentSpanID.isValid })
        let show = try #require(spans.first { $0.parentSpanID == root.spanID })
        let call = try #require(spans.first { $0.parentSpanID == show.spanID })
        let served = try #require(spans.first { $0.parentSpanID == call.spanID })
        #expect(root.name == "GET /show/{id}" && root.kind == .server)
        #expect(show.name == "show" && show.kind == .internal)
        #expect(call.name == "GET" && call.kind == .client)
        #expect(served.name == "GET /items/{id}" && served.kind == .server)
        #expect(served.attributes.contains(KeyValue(key: "http.route", value: .string("/items/{id}"))))
        #expect(served.attributes.contains(KeyValue(key: "http.response.status_code", value: .int(200))))
        #expect(spans.allSatisfy { $0.status.code == .unset && $0.endTime >= $0.startTime })
    }

    @Test("keeps the id that a caller gave its request, on that request's SERVER span alone")
    func requestIdentifier() async throws {
        let name = "http.request.header.x-request-id"
        let answer = try await ask("/show/42", requestID: "4c6f2f7e0d1b3a58")
        let spans = try await TelemetrySink.shared.spans(of: answer.traceID, count: 4)
        let marked = spans.filter { $0.attributes.contains { $0.key == name } }
        #expect(marked.map(\.name) == ["GET /show/{id}"])
        let value = OTLP.AnyValue.array([.string("4c6f2f7e0d1b3a58")])
        #expect(marked.first?.attributes.contains(KeyValue(key: name, value: value)) == true)
    }

    @Test("leaves out what is too long for an id", arguments: [String(repeating: "x", count: 129), "two words"])
    func strangeIdentifier(id: String) async throws {
        let answer = try await ask("/show/42", requestID: id)
        #expect(answer.status == 200)
        let spans = try await TelemetrySink.shared.spans(of: answer.traceID, count: 4)
        #expect(spans.allSatisfy { $0.attributes.allSatisfy { $0.key != "http.request.header.x-request-id" } })
    }

    @Test("puts the trace into the logs that are written in it")
    func logs() async throws {
        let answer = try await ask("/show/log")
        let record = try #require(await TelemetrySink.shared.logs(of: answer.traceID, count: 1).first)
        #expect(record.body == .string("Looked up"))
        #expect(record.severityText == "INFO")
        #expect(record.attributes.contains(KeyValue(key: "id", value: .string("log"))))
        #expect(record.spanID.isValid)
    }

    @Test("marks what fails on both sides, and tells the client the trace")
    func failure() async throws {
        let answer = try await ask("/fails")
        #expect(answer.status == 502)
        let document = try JSON.decode(ProblemDocument.self, from: answer.body)
        #expect(document.traceID == answer.traceID)
        let spans = try await TelemetrySink.shared.spans(of: answer.traceID, count: 3)
        #expect(spans.filter { $0.status.code == .error }.count == 3)
    }

    @Test("lets a deadline travel, and shrink")
    func deadline() async throws {
        let answer = try await ask("/budget")
        let left = try #require(Int(JSON.decode(Answer.self, from: answer.body).value))
        #expect((1...700).contains(left))
    }

    @Test("measures requests in seconds, by route")
    func metrics() async throws {
        _ = try await ask("/show/metric")
        let metric = try await TelemetrySink.shared.metric("http.server.request.duration")
        guard case .histogram(let histogram) = metric.data else {
            Issue.record("Not a histogram: \(metric)")
            return
        }
        #expect(histogram.aggregationTemporality == .cumulative)
        #expect(histogram.dataPoints.allSatisfy { ($0.sum ?? 100) < 60 && $0.count > 0 })
    }
}
