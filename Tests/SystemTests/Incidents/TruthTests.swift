import ChildProcess
import Foundation
import Testing

/// Incidents by their scenarios, for their full length in a compressed form, and what is said of them afterwards.
///
/// `SCENARIOS` names those to run, by commas, or `all`; a few without it. Each takes about two minutes.
@Suite("A scenario", .serialized, .timeLimit(.minutes(60)))
struct TruthTests {
    private static let all = [
        "payment_timeout", "cascade_failure", "intermittent_error", "visa_cache_full", "product_db_timeout",
        "payment_gateway_error", "duplicate_payment", "bad_release",
    ]

    private static var chosen: [String] {
        switch ChildProcess.environment["SCENARIOS"] {
        case nil: ["payment_timeout", "bad_release"]
        case "all": all
        case let names?: names.split(separator: ",").map(String.init)
        }
    }

    @Test("has a valid label, is explained in full by the oracle, and leaves nothing in the telemetry that tells")
    func scenarios() async throws {
        let admin = FaultAdmin()
        let suite = try await RunningSuite(name: "truth", rate: nil, environment: admin.environment)
        // First, since an incident is felt for a while after its end.
        let calm = try await run("calm", timeScale: 10, on: suite, admin)
        let nothing = try await score(calm, on: suite)
        #expect(nothing.status == 0, "calm: \(nothing.output) \(nothing.errors)")
        for scenario in Self.chosen {
            let folder = try await run(scenario, timeScale: 2, on: suite, admin)
            let outcome = try await score(folder, on: suite)
            #expect(outcome.status == 0, "\(scenario): \(outcome.output) \(outcome.errors)")
            print(outcome.output)
        }
        await suite.stop()
    }

    /// Runs a scenario to its end; gives the folder of its journal.
    private func run(_ scenario: String, timeScale: Int, on suite: RunningSuite, _ admin: FaultAdmin) async throws
        -> String
    {
        let journal = "\(suite.data)/truth/\(scenario)"
        let addresses = [
            "SAMPLE_APP_URL": suite.origin("SAMPLE_APP_PORT"),
            "PAYMENT_SERVICE_URL": suite.origin("PAYMENT_SERVICE_PORT"),
            "INVENTORY_SERVICE_URL": suite.origin("INVENTORY_SERVICE_PORT"),
        ]
        let outcome = try await ChildProcess.run(
            [
                "\(RunningSuite.executables)/data-generator", "--scenario", scenario, "--time-scale", "\(timeScale)",
                "--journal", journal,
            ],
            environment: addresses.merging(admin.environment) { address, _ in address }
        )
        #expect(outcome.status == 0, "\(scenario): \(outcome.errors)")
        let runs = try FileManager.default.contentsOfDirectory(atPath: journal)
        let run = try #require(runs.first)
        // Metrics come last: once every service has sent some from after the run, all of the run is stored.
        let ended = Int(Date().timeIntervalSince1970)
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
        return "\(journal)/\(run)"
    }

    private func score(_ folder: String, on suite: RunningSuite) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(
            [
                "\(RunningSuite.executables)/faultline-score", "check", folder, "--tables",
                RunningSuite.root + "clickhouse/ground_truth",
            ],
            environment: [
                "CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": "\(suite.ports["CLICKHOUSE_HTTP_PORT"] ?? 0)",
            ]
        )
    }
}
