import EmbeddedClickHouse
import Foundation
import Gzip
import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import ServiceLifecycle
import Synchronization
import TextCoding

@testable import QueryAPI

/// The service's routes on a port that the system gives, before a real ClickHouse with the telemetry of one shop.
///
/// All tests share it and only look; it ends with the test process.
final class RunningQueryService: Sendable {
    /// The end of the samples: a whole minute, not long ago.
    static let end: Int64 = WallClock.milliseconds / 60_000 * 60 - 60

    let clickHouse: EmbeddedClickHouse
    let server: HTTPServer
    let statistics: QueryStatistics
    private let client: HTTPClient

    private init(_ clickHouse: EmbeddedClickHouse, environment: [String: String] = [:]) throws {
        self.clickHouse = clickHouse
        var variables = ["CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": "\(clickHouse.port)"]
        variables.merge(environment) { $1 }
        let configuration = try QueryConfiguration(Settings(environment: variables))
        statistics = QueryStatistics()
        let database = TelemetryDatabase(configuration, statistics: statistics)
        let frame = QueryFrame(
            gate: QueryGate(running: configuration.concurrentQueries, waiting: configuration.waitingQueries),
            timeout: configuration.timeout,
            statistics: statistics,
            logger: Logger(label: "query") { _ in SwiftLogNoOpLogHandler() }
        )
        var router = Router()
        router.use(ProblemDetails(logger: frame.logger))
        PrometheusRoutes(database: database, configuration: configuration, frame: frame).add(to: &router)
        JaegerRoutes(database: database, configuration: configuration, frame: frame).add(to: &router)
        JaegerThirdRoutes(database: database, configuration: configuration, frame: frame).add(to: &router)
        LokiRoutes(database: database, configuration: configuration, frame: frame).add(to: &router)
        TempoRoutes(database: database, configuration: configuration, frame: frame).add(to: &router)
        RESTRoutes(database: database, configuration: configuration, frame: frame).add(to: &router)
        var settings = HTTPServer.Configuration()
        settings.limits.requestLineBytes = 65_536
        settings.maximumBodyBytes = QueryFrame.maximumBodyBytes
        settings.cancelsWhenClientStopsSending = true
        server = try HTTPServer(configuration: settings, responder: router)
        var connections = HTTPClient.Configuration()
        connections.connectTimeout = .seconds(60)
        connections.requestTimeout = .seconds(60)
        client = HTTPClient(configuration: connections)
    }

    private static let starting = Mutex<Task<RunningQueryService, any Error>?>(nil)

    /// The service that tests share.
    static var shared: RunningQueryService {
        get async throws {
            let task = starting.withLock { starting in
                if let starting { return starting }
                let task = Task { try await start() }
                starting = task
                return task
            }
            return try await task.value
        }
    }

    private static func start() async throws -> RunningQueryService {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        for statement in SampleTelemetry.statements(end: end) { _ = try await clickHouse.query(statement) }
        for statement in RolledTelemetry.statements { _ = try await clickHouse.query(statement) }
        let running = try RunningQueryService(clickHouse)
        Task { try await running.server.run() }
        return running
    }

    /// A service with settings of its own, before the same ClickHouse, for as long as a closure runs.
    func with(
        _ environment: [String: String],
        _ body: (RunningQueryService) async throws -> Void
    ) async throws {
        let other = try RunningQueryService(clickHouse, environment: environment)
        let serving = Task { try await other.server.run() }
        defer { serving.cancel() }
        try await body(other)
    }

    struct Answer {
        let head: HTTPResponse
        let text: String

        var status: Int { head.status.code }
    }

    /// Asks, and reads the answer, expanded where it is compressed.
    func ask(
        _ path: String,
        _ parameters: [(String, String)] = [],
        method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        let form = parameters.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }
            .joined(separator: "&")
        var request = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "\(server.localAddress)",
            path: method == .get && !form.isEmpty ? "\(path)?\(form)" : path,
            headerFields: headers
        )
        if method == .post { request.headerFields[.contentType] = "application/x-www-form-urlencoded" }
        let response = try await client.execute(request, body: method == .post ? Array(form.utf8) : [])
        var bytes = try await response.body.collect(upTo: 64 << 20)
        if response.head.headerFields[.contentEncoding] == "gzip" { bytes = try Gzip.expand(bytes, upTo: 64 << 20) }
        return Answer(head: response.head, text: String(decoding: bytes, as: UTF8.self))
    }

    /// The bytes of an answer with the status 200.
    func bytes(_ path: String, headers: HTTPFields) async throws -> [UInt8] {
        let request = HTTPRequest(
            method: .get,
            scheme: "http",
            authority: "\(server.localAddress)",
            path: path,
            headerFields: headers
        )
        let response = try await client.execute(request)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return response.head.status.code == 200 ? bytes : []
    }

    /// Posts a document of JSON.
    func send(_ path: String, body: String) async throws -> Answer {
        let request = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: "\(server.localAddress)",
            path: path,
            headerFields: [.contentType: "application/json"]
        )
        let response = try await client.execute(request, body: Array(body.utf8))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(head: response.head, text: String(decoding: bytes, as: UTF8.self))
    }

    /// Evaluates a query at the end of the samples, or so many seconds before; the `data` of the answer.
    func evaluate(_ query: String, before: Int64 = 0) async throws -> String {
        let answer = try await ask("/api/v1/query", [("query", query), ("time", "\(Self.end - before)")])
        let (start, end) = (#"{"status":"success","data":"#, "}")
        guard answer.text.hasPrefix(start), answer.text.hasSuffix(end) else { return answer.text }
        return String(answer.text.dropFirst(start.count).dropLast(end.count))
    }
}
