import ChildProcess
import Foundation
import HTTPCore
import HTTPTypes

/// A whole suite, started by `./demo up` as a person would, on free ports, with data of its own. It ends with the test
/// process.
final class RunningSuite: Sendable {
    /// The variables that name the ports, in the order of ``FreePorts``.
    private static let portVariables = [
        "SAMPLE_APP_PORT", "PAYMENT_SERVICE_PORT", "INVENTORY_SERVICE_PORT", "COLLECTOR_HTTP_PORT",
        "OTLP_GRPC_PORT", "COLLECTOR_METRICS_PORT", "CLICKHOUSE_HTTP_PORT", "QUERY_SERVICE_PORT", "QUERY_METRICS_PORT",
        "EMBEDDING_PIPELINE_PORT", "EMBEDDING_ENDPOINT_PORT",
    ]

    /// Where the checkout is.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path(percentEncoded: false)

    /// Where the executables are.
    static let executables = ChildProcess.environment["FAULTLINE_BIN_DIR"] ?? root + ".build/release"

    /// Where screenshots and the logs of suites are kept.
    static let artifacts = root + "run/tests"

    let data: String
    let ports: [String: Int]
    /// The connections of the tests to the suite.
    let client: HTTPClient
    private let process: ChildProcess

    /// Starts a suite and waits until it says that it is up.
    ///
    /// - Parameters:
    ///   - classes: Who visits: only those who shop as they should, or `all`.
    ///   - environment: What the processes are told beside their ports.
    init(
        name: String,
        rate: Int?,
        classes: String = "normal",
        seed: Int = 1,
        environment: [String: String] = [:]
    ) async throws {
        data = Self.artifacts + "/\(name)-\(UUID().uuidString.prefix(8))"
        ports = Dictionary(uniqueKeysWithValues: zip(Self.portVariables, FreePorts.find(Self.portVariables.count)))
        var connections = HTTPClient.Configuration()
        connections.requestTimeout = .seconds(60)
        connections.maximumConnectionsPerOrigin = 256
        client = HTTPClient(configuration: connections)
        var words = [Self.root + "demo", "up", "--data", data, "--seed", String(seed)]
        if let rate { words += ["--rate", String(rate), "--classes", classes] } else { words.append("--no-load") }
        process = try ChildProcess(
            words,
            environment: ports.mapValues { String($0) }.merging(["LOAD_SCENARIO": "calm"]) { port, _ in port }
                .merging(environment) { port, _ in port }
        )
        guard await process.waitForLine(containing: "Service Map") != nil else {
            throw SuiteError("The suite did not come up: \(await process.finish().errors)")
        }
    }

    /// The origin of what listens on a port.
    func origin(_ variable: String) -> String {
        "http://\(authority(variable))"
    }

    /// Host and port of what listens on a port.
    func authority(_ variable: String) -> String {
        "127.0.0.1:\(ports[variable] ?? 0)"
    }

    /// Runs a command of the launcher on this suite.
    func demo(_ words: String...) async throws -> String {
        let outcome = try await ChildProcess.run([Self.root + "demo"] + words + ["--data", data])
        guard outcome.status == 0 else {
            throw SuiteError("./demo \(words.joined(separator: " ")) ended with \(outcome.status): \(outcome.errors)")
        }
        return outcome.output
    }

    /// The single number that a query gives.
    func number(_ query: String) async throws -> Int {
        let text = try await answer(to: query)
        guard let number = Int(text) else { throw SuiteError("Not a whole number: \(text)") }
        return number
    }

    /// The single number that a query gives, which need not be whole.
    func value(_ query: String) async throws -> Double {
        let text = try await answer(to: query)
        guard let number = Double(text) else { throw SuiteError("Not a number: \(text)") }
        return number
    }

    /// What ClickHouse answers, as tab-separated text. It is asked directly: a test that asks four times a second would
    /// spend half a core on starting `./demo sql`.
    private func answer(to query: String) async throws -> String {
        var request = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: authority("CLICKHOUSE_HTTP_PORT"),
            path: "/?database=o11y"
        )
        request.headerFields[.contentType] = "text/plain"
        let response = try await client.execute(request, body: Array(query.utf8))
        let text = String(decoding: try await response.body.collect(upTo: 64 << 20), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
        guard response.head.status == .ok else { throw SuiteError("\(query): \(text)") }
        return text
    }

    /// Asks a query again until its number satisfies a condition. A hang ends with the test's time limit.
    @discardableResult
    func number(_ query: String, until condition: (Int) -> Bool) async throws -> Int {
        while true {
            let number = try await number(query)
            if condition(number) { return number }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    /// The rows of a query, each as its columns' texts.
    func rows(_ query: String) async throws -> [[String]] {
        try await answer(to: query).split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The pid of a process of the suite, from `./demo status`; of one that is being started again, once it is.
    func pid(of name: String) async throws -> pid_t {
        struct Status: Decodable {
            let name: String
            let pid: pid_t?
        }
        while true {
            let status = try JSONDecoder().decode([Status].self, from: Data(try await demo("status", "--json").utf8))
            guard let process = status.first(where: { $0.name == name }) else {
                throw SuiteError("No process is called \(name): \(status.map(\.name))")
            }
            if let pid = process.pid { return pid }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Stops the suite and waits until it is gone.
    func stop() async {
        await client.shutdown()
        process.stop()
        _ = await process.finish()
    }
}

struct SuiteError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The suite that tests share which only look.
actor SharedSuite {
    static let instance = SharedSuite()
    private var starting: Task<RunningSuite, any Error>?

    /// The suite; started when the first test asks.
    var suite: RunningSuite {
        get async throws {
            if let starting { return try await starting.value }
            let task = Task { try await RunningSuite(name: "shared", rate: 10) }
            starting = task
            return try await task.value
        }
    }
}
