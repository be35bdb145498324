import Foundation

/// A whole suite, started by `./demo up` as a person would, on free ports, with data of its own. It ends with the test
/// process.
final class RunningSuite: Sendable {
    /// The variables that name the ports, in the order of ``FreePorts``.
    private static let portVariables = [
        "SAMPLE_APP_PORT", "PAYMENT_SERVICE_PORT", "INVENTORY_SERVICE_PORT", "COLLECTOR_HTTP_PORT",
        "COLLECTOR_METRICS_PORT", "CLICKHOUSE_HTTP_PORT",
    ]

    /// Where the checkout is.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path(percentEncoded: false)

    /// Where screenshots and the logs of suites are kept.
    static let artifacts = root + "run/tests"

    let data: String
    let ports: [String: Int]
    private let process: ChildProcess

    /// Starts a suite and waits until it says that it is up.
    ///
    /// - Parameter environment: What the processes are told beside their ports.
    init(name: String, rate: Int?, seed: Int = 1, environment: [String: String] = [:]) async throws {
        data = Self.artifacts + "/\(name)-\(UUID().uuidString.prefix(8))"
        ports = Dictionary(uniqueKeysWithValues: zip(Self.portVariables, FreePorts.find(Self.portVariables.count)))
        var words = [Self.root + "demo", "up", "--data", data, "--seed", String(seed)]
        if let rate { words += ["--rate", String(rate)] } else { words.append("--no-load") }
        process = try ChildProcess(
            words,
            environment: ports.mapValues { String($0) }.merging(environment) { port, _ in port }
        )
        guard await process.waitForOutput(containing: "Service Map") else {
            throw SuiteError("The suite did not come up: \(await process.finish().errors)")
        }
    }

    /// The origin of what listens on a port.
    func origin(_ variable: String) -> String {
        "http://127.0.0.1:\(ports[variable] ?? 0)"
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
        let text = try await demo("sql", query).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let number = Int(text) else { throw SuiteError("Not a number: \(text)") }
        return number
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
        try await demo("sql", query).split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The pid of a process of the suite, from `./demo status`.
    func pid(of name: String) async throws -> pid_t {
        struct Status: Decodable {
            let name: String
            let pid: pid_t?
        }
        let status = try JSONDecoder().decode([Status].self, from: Data(try await demo("status", "--json").utf8))
        guard let pid = status.first(where: { $0.name == name })?.pid else {
            throw SuiteError("No process is called \(name): \(status.map(\.name))")
        }
        return pid
    }

    /// Stops the suite and waits until it is gone.
    func stop() async {
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
            let task = Task { try await RunningSuite(name: "shared", rate: 20) }
            starting = task
            return try await task.value
        }
    }
}
