import ChildProcess
import Foundation
import Testing

/// A scenario's run on a running suite: the load with its incidents, and the journal that it wrote.
struct ScenarioRun {
    /// A line of the journal's incidents, as far as tests look at it.
    struct Incident: Decodable {
        let name: String
        let started: String
        let ended: String?

        enum CodingKeys: String, CodingKey {
            case name
            case started = "started_at"
            case ended = "ended_at"
        }
    }

    private let suite: RunningSuite
    /// The folder of its journal.
    let folder: String
    /// When it began and ended, in seconds since 1970.
    let stretch: ClosedRange<Int>

    /// Runs a scenario to its end and waits until all that it left behind is stored.
    ///
    /// - Parameters:
    ///   - scenario: The name of one that is built in, or a file.
    ///   - timeScale: How many times faster than written.
    ///   - seconds: Where it ends; at the scenario's own end by default.
    init(
        _ scenario: String,
        timeScale: Double,
        seconds: Int? = nil,
        on suite: RunningSuite,
        _ admin: FaultAdmin
    ) async throws {
        let name = URL(filePath: scenario).deletingPathExtension().lastPathComponent
        let journal = "\(suite.data)/truth/\(name)"
        let addresses = [
            "SAMPLE_APP_URL": suite.origin("SAMPLE_APP_PORT"),
            "PAYMENT_SERVICE_URL": suite.origin("PAYMENT_SERVICE_PORT"),
            "INVENTORY_SERVICE_URL": suite.origin("INVENTORY_SERVICE_PORT"),
        ]
        let began = Int(Date().timeIntervalSince1970)
        let outcome = try await ChildProcess.run(
            [
                "\(RunningSuite.executables)/data-generator", "--scenario", scenario, "--time-scale", "\(timeScale)",
                "--journal", journal,
            ] + (seconds.map { ["--duration", "\($0)"] } ?? []),
            environment: addresses.merging(admin.environment) { address, _ in address }
        )
        #expect(outcome.status == 0, "\(name): \(outcome.errors)")
        let runs = try FileManager.default.contentsOfDirectory(atPath: journal)
        folder = "\(journal)/\(try #require(runs.first))"
        let ended = Int(Date().timeIntervalSince1970)
        stretch = began...ended
        self.suite = suite
        // Metrics come last: once every service has sent some from after the run, all of the run is stored.
        try await suite.number(
            """
            SELECT count() FROM
            (
                SELECT ServiceName FROM otel_metrics_sum
                WHERE ServiceName IN ('sample-ecommerce-app', 'payment-service', 'inventory-service')
                GROUP BY ServiceName HAVING max(TimeUnix) > toDateTime(\(ended))
            )
            """
        ) { $0 == 3 }
    }

    /// The incidents that the journal tells of, in the order of their ends.
    func incidents() throws -> [Incident] {
        let text = try String(contentsOfFile: folder + "/injections.jsonl", encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Incident.self, from: Data($0.utf8)) }
    }

    /// Labels the run, lets the oracle answer and looks for what tells: status 0 when all of it is as it must be.
    func check() async throws -> ChildProcess.Outcome {
        try await score("check", folder, "--tables", RunningSuite.root + "clickhouse/ground_truth")
    }

    /// Looks for what tells the answer in all that was stored.
    func audit() async throws -> ChildProcess.Outcome { try await score("audit") }

    private func score(_ words: String...) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(
            ["\(RunningSuite.executables)/faultline-score"] + words,
            environment: [
                "CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": "\(suite.ports["CLICKHOUSE_HTTP_PORT"] ?? 0)",
            ]
        )
    }
}
