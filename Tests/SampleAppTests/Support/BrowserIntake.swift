import HTTPCore
import HTTPTypes
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import ServiceKit
import Testing
import Tracing

@testable import SampleApp

/// The shop's intake of browsers' telemetry behind everything that stands around it in the shop, on a real socket, with a
/// collector behind it and one other route of the shop beside it.
struct BrowserIntake: Sendable {
    let server: HTTPServer
    let collector: ScriptedCollector
    let collectorAddress: SocketAddress
    let metrics: TestMetrics
    let tracer: InMemoryTracer
    let active: ActiveSessions
    let client: HTTPClient

    static let page = BrowserTelemetryDocument(
        sampleRatio: 1,
        serviceVersion: "1.0.0",
        deploymentEnvironment: "demo",
        recorder: nil
    )

    /// Runs it for as long as the body does.
    ///
    /// - Parameter collectorIsAway: Whether nobody listens where the collector should be.
    static func open<Result: Sendable>(
        limits: BrowserTelemetryRoutes.Limits = .init(),
        waiting: BrowserTelemetryForwarder.Limits = .init(),
        headers: HTTPFields = [:],
        collectorIsAway: Bool = false,
        _ body: @Sendable (BrowserIntake) async throws -> Result
    ) async throws -> Result {
        let (metrics, tracer) = (TestMetrics(), InMemoryTracer())
        return try await withMetricsFactory(metrics) {
            try await withTracer(tracer) {
                let collector = ScriptedCollector()
                var routes = Router()
                collector.add(to: &routes)
                var configuration = HTTPServer.Configuration()
                configuration.shutdownGracePeriod = .zero
                let telemetry = try HTTPServer(configuration: configuration, responder: routes)
                let address = telemetry.localAddress
                let counts = BrowserTelemetryCounts()
                let forwarder = BrowserTelemetryForwarder(
                    // Port 9 of this machine is nobody's.
                    to: Origin(host: address.host, port: collectorIsAway ? 9 : address.port),
                    headers: headers,
                    counts: counts,
                    limits: waiting
                )
                let active = ActiveSessions()
                let router = try shop(
                    BrowserTelemetryRoutes(forwarder: forwarder, counts: counts, page: page, limits: limits),
                    active
                )
                let server = try HTTPServer(configuration: configuration, responder: router)
                let client = HTTPClient()
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await telemetry.run() }
                    group.addTask { try await server.run() }
                    group.addTask { try await forwarder.run() }
                    defer { group.cancelAll() }
                    let intake = BrowserIntake(
                        server: server,
                        collector: collector,
                        collectorAddress: address,
                        metrics: metrics,
                        tracer: tracer,
                        active: active,
                        client: client
                    )
                    return try await body(intake)
                }
            }
        }
    }

    private static func shop(_ routes: BrowserTelemetryRoutes, _ active: ActiveSessions) throws -> Router {
        var router = Router()
        router.use(ServerTelemetry(leavingOut: BrowserTelemetryRoutes.paths))
        router.use(ProblemDetails(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        router.use(
            SessionMiddleware(
                key: try #require(SessionKey(Array(repeating: 7, count: 32))),
                proxies: try #require(TrustedProxies("")),
                active: active
            )
        )
        routes.add(to: &router)
        router.get("/cart") { _, _ in Response(status: .ok) }
        return router
    }

    /// Where the shop's pages are from, as browsers write it.
    var origin: String { "http://\(server.localAddress)" }

    /// Sends as the shop's own page does.
    func send(
        _ body: [UInt8] = Array("{}".utf8),
        to path: String = "/telemetry/v1/traces",
        _ fields: HTTPFields = [:]
    ) async throws -> HTTPResponse {
        var all: HTTPFields = [.contentType: "application/json", .origin: origin]
        for field in fields { all[field.name] = field.value }
        return try await ask(.post, path, all, body)
    }

    /// Asks the shop for something else.
    func visit() async throws -> HTTPResponse {
        try await ask(.get, "/cart", [:], [])
    }

    func ask(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ fields: HTTPFields,
        _ body: [UInt8]
    ) async throws -> HTTPResponse {
        let request = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "\(server.localAddress)",
            path: path,
            headerFields: fields
        )
        let response = try await client.execute(request, body: body)
        _ = try await response.body.collect(upTo: 1 << 20)
        return response.head
    }

    /// Opens a connection and says something that is not the whole of a request.
    func begin(_ text: String) async throws -> ByteConnection {
        let address = server.localAddress
        let connection = try await ByteConnection.connect(host: address.host, port: address.port, lasting: .seconds(60))
        try await connection.write(Array(text.utf8))
        return connection
    }

    /// The head of a batch of so many bytes.
    func head(length: Int) -> String {
        "POST /telemetry/v1/logs HTTP/1.1\r\nHost: \(server.localAddress)\r\nOrigin: \(origin)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(length)\r\n\r\n"
    }

    func dropped(_ reason: BrowserTelemetryCounts.Reason) throws -> Int64 {
        try metrics.expectCounter("shop.browser_telemetry.dropped", [("reason", reason.rawValue)]).totalValue
    }

    var passedOn: Int64 {
        get throws { try metrics.expectCounter("shop.browser_telemetry.passed_on").totalValue }
    }

    /// Waits until something is so.
    func until(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
