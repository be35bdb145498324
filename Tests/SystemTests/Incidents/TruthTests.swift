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
        "payment_gateway_error", "duplicate_payment", "bad_release", "order_backlog", planRates,
    ]
    /// The shortest incident of `plan`, as long and under the same load as there: two percent of half an hour.
    private static let planRates = "plan_rates"
    private static let planRatesText = """
        name: \(planRates)
        duration: 150s
        arrivals: poisson:15
        incidents:
          - {incident: cascade_failure, start: 60s, duration: 36s}
        """

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
        let calm = try await ScenarioRun("calm", timeScale: 5, on: suite, admin)
        let nothing = try await calm.check()
        #expect(nothing.status == 0, "calm: \(nothing.output) \(nothing.errors)")
        let scores = AnomalyScores(suite: suite)
        try await scores.waitForSummaries(calm.stretch)
        let alarms = try await scores.falseAlarms(calm.stretch)
        print("calm: \(alarms.share * 100) % of \(alarms.traces) traces flagged")
        #expect(alarms.traces > 1_000 && alarms.share < 0.01, "false alarms in the calm run")
        let planRates = "\(suite.data)/\(Self.planRates).yaml"
        try Self.planRatesText.write(toFile: planRates, atomically: true, encoding: .utf8)
        for scenario in Self.chosen {
            let isPlanRates = scenario == Self.planRates
            let run = try await ScenarioRun(
                isPlanRates ? planRates : scenario,
                timeScale: isPlanRates ? 1 : 2,
                on: suite,
                admin
            )
            let outcome = try await run.check()
            #expect(outcome.status == 0, "\(scenario): \(outcome.output) \(outcome.errors)")
            print(outcome.output)
            try await scores.waitForSummaries(run.stretch)
            try await scores.check(run)
            // What was learned of a run tells no answer of the next, whoever reads it. Where an incident leaves no error
            // in the logs of its traces, there is nothing to learn, and the command says so.
            let learned = try await ChildProcess.run(
                [RunningSuite.root + "demo", "learn", run.folder, "--data", suite.data]
            )
            print(learned.output)
            #expect(learned.output.contains("earned (q1)"), "\(scenario): \(learned.errors)")
            let audit = try await run.audit()
            #expect(audit.status == 0, "\(scenario), learned: \(audit.output) \(audit.errors)")
        }
        await suite.stop()
    }
}
