import ChildProcess
import Foundation
import Testing

@Suite("An outage of ClickHouse", .timeLimit(.minutes(5)))
struct OutageTests {
    /// What the collector says it took in, from its own metrics.
    private func accepted(_ suite: RunningSuite) async throws -> Int {
        let url = try #require(URL(string: suite.origin("COLLECTOR_METRICS_PORT") + "/metrics"))
        let outcome = try await ChildProcess.run(["curl", "-sf", url.absoluteString])
        return outcome.output.split(separator: "\n")
            .filter { $0.hasPrefix("otelcol_receiver_accepted_spans") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
            .reduce(0) { $0 + Int($1) }
    }

    @Test("loses no span that the collector acknowledged")
    func outage() async throws {
        let suite = try await RunningSuite(name: "outage", rate: 20)
        try await suite.number("SELECT count() FROM otel_traces") { $0 >= 500 }
        let before = try await accepted(suite)

        // The supervisor starts it again at once, so it is killed whenever it is there, for 20 seconds.
        let end = ContinuousClock.now + .seconds(20)
        while .now < end {
            if let pid = try? await suite.pid(of: "clickhouse") { kill(pid, SIGKILL) }
            try await Task.sleep(for: .milliseconds(200))
        }
        let during = try await accepted(suite)
        #expect(during > before, "Traffic went on while ClickHouse was away.")

        // Without load, what was acknowledged stays what it is.
        let generator = try await suite.pid(of: "data-generator")
        kill(generator, SIGSTOP)
        while (try? await suite.number("SELECT 1")) == nil { try await Task.sleep(for: .milliseconds(250)) }
        var (acknowledged, stored) = (try await accepted(suite), 0)
        while stored != acknowledged {
            try await Task.sleep(for: .milliseconds(500))
            // The collector's own spans were sent by nobody.
            let sent = "SELECT count() FROM otel_traces WHERE ServiceName != 'otel-collector'"
            (acknowledged, stored) = (try await accepted(suite), try await suite.number(sent))
        }
        kill(generator, SIGCONT)
        await suite.stop()
    }
}
