import HTTPCore
import HTTPTypes
import Logging
import OTLP
import ServiceKit
import ServiceLifecycle
import Testing

@testable import Collector

/// A collector on free ports, with a client for it.
struct RunningCollector: Sendable {
    let collector: Collector
    let client: HTTPClient
    private let group: ServiceGroup

    /// A collector that listens on free ports, if nothing else is said.
    static func collector(_ environment: [String: String]) throws -> Collector {
        var variables = [
            "COLLECTOR_HTTP_PORT": "0", "OTLP_GRPC_PORT": "0", "COLLECTOR_METRICS_PORT": "0",
            "COLLECTOR_BATCH_INTERVAL": "20",
            "COLLECTOR_BATCH_LINGER": "5", "COLLECTOR_SHUTDOWN_TIMEOUT": "2000",
            // Nothing listens there.
            "CH_HOST": "127.0.0.1:1",
            // Any size fits on any machine's disk, and no test waits for one.
            "COLLECTOR_LOG_SYNC": "never",
            // Rows that nobody sent would be counted with those of the test.
            "COLLECTOR_TRACES_PER_SECOND": "0",
            "COLLECTOR_METRICS_INTERVAL": "0",
        ]
        variables.merge(environment) { _, new in new }
        let configuration = try CollectorConfiguration(Settings(environment: variables))
        return try Collector(configuration, logger: Logger(label: "collector") { _ in SwiftLogNoOpLogHandler() })
    }

    fileprivate init(_ environment: [String: String], folder: String) throws {
        let environment = ["COLLECTOR_LOG_DIR": folder].merging(environment) { _, given in given }
        collector = try Self.collector(environment)
        client = HTTPClient(configuration: .patient)
        group = ServiceGroup(
            services: collector.services,
            logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    fileprivate func run() async throws {
        try await group.run()
    }

    /// Begins the graceful shutdown.
    func stop() async {
        await group.triggerGracefulShutdown()
    }

    var statistics: Statistics.Snapshot { collector.pipeline.statistics.snapshot }

    /// Sends a request and reads the answer.
    func send(
        _ method: HTTPRequest.Method = .post,
        _ path: String,
        _ headers: HTTPFields = [:],
        _ body: [UInt8] = [],
        to server: HTTPServer? = nil
    ) async throws -> (head: HTTPResponse, body: [UInt8]) {
        let address = (server ?? collector.receiver).localAddress
        let request = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "\(address)",
            path: path,
            headerFields: headers
        )
        let response = try await client.execute(request, body: body)
        return (response.head, try await response.body.collect(upTo: 1 << 20))
    }

    /// Sends a message that must be acknowledged.
    func take(_ message: some OTLPBody, _ path: String = "/v1/traces") async throws {
        let status = try await export(message, path)
        #expect(status == .ok)
    }

    /// Sends a message in protobuf, and returns the status of the answer.
    func export(_ message: some OTLPBody, _ path: String = "/v1/traces") async throws -> HTTPResponse.Status {
        try await send(.post, path, [.contentType: "application/x-protobuf"], message.encodeProtobuf()).head.status
    }
}

/// Runs a collector for as long as a closure runs, and then shuts it down gracefully.
func withCollector<Result: Sendable>(
    _ environment: [String: String] = [:],
    _ body: @Sendable (RunningCollector) async throws -> Result
) async throws -> Result {
    let folder = try TemporaryFolder()
    let running = try RunningCollector(environment, folder: folder.path)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await running.run() }
        let result: Result
        do {
            result = try await body(running)
        } catch {
            group.cancelAll()
            throw error
        }
        await running.stop()
        try await group.waitForAll()
        await running.client.shutdown()
        return result
    }
}

/// Asks until the answer is yes; a test's time limit ends what never comes.
func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
}

extension HTTPClient.Configuration {
    /// For machines that are busy with everybody's tests: the time limit of a test ends what never comes.
    static var patient: Self {
        var configuration = Self()
        configuration.connectTimeout = .seconds(60)
        configuration.requestTimeout = .seconds(60)
        return configuration
    }
}
