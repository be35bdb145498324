import ChildProcess
import Foundation
import Testing

/// Half an hour of a changing load with every incident in turn, held to the plan's criteria in each of its minutes.
///
/// `SOAK_MINUTES` tells it in fewer minutes, with its incidents as much closer together.
@Suite("Half an hour", .serialized, .timeLimit(.minutes(60)))
struct SoakTests {
    private static var minutes: Double {
        ChildProcess.environment["SOAK_MINUTES"].flatMap { Double($0) } ?? 30
    }

    @Test("brings 1,000 log records and 100 traces in each minute, every incident, and memory that stays what it is")
    func soak() async throws {
        let admin = FaultAdmin()
        let suite = try await RunningSuite(name: "soak", rate: nil, environment: admin.environment)
        let run = try await ScenarioRun("soak", timeScale: 30 / Self.minutes, on: suite, admin)
        #expect(Set(try run.incidents().map(\.name)) == Set(Incident.all.map(\.name)))

        let whole = (run.stretch.lowerBound + 59) / 60..<run.stretch.upperBound / 60
        let logs = try await perMinute("count()", of: "otel_logs", in: whole, suite)
        let traces = try await perMinute("uniqExact(TraceId)", of: "otel_traces", in: whole, suite)
        print("log records a minute: \(logs)\ntraces a minute: \(traces)")
        #expect(logs.count == whole.count && logs.allSatisfy { $0 >= 1_000 })
        #expect(traces.count == whole.count && traces.allSatisfy { $0 >= 100 })

        // The load is a day of a third of the run: the second is compared with the last, and the first, in which caches fill
        // and the shop gets its visitors, with neither. What grows without end is larger in each; what the worst minute
        // left with the allocator is not.
        let day = (run.stretch.upperBound - run.stretch.lowerBound) / 3
        let last = run.stretch.upperBound - day
        let memory = try await suite.rows(
            """
            SELECT ServiceName,
                round(quantileIf(0.5)(Value, TimeUnix < toDateTime(\(last))) / 1048576, 1) AS before,
                round(quantileIf(0.5)(Value, TimeUnix >= toDateTime(\(last))) / 1048576, 1) AS after
            FROM otel_metrics_sum
            WHERE MetricName = 'process.memory.usage' AND TimeUnix >= toDateTime(\(last - day))
            GROUP BY ServiceName ORDER BY ServiceName
            """
        )
        print("resident megabytes of each service, median of the second and of the last third: \(memory)")
        #expect(memory.count >= 3)
        for row in memory where row.count == 3 {
            let (before, after) = (try #require(Double(row[1])), try #require(Double(row[2])))
            #expect(after <= 1.1 * before, "\(row)")
        }
        await suite.stop()
    }

    /// A figure of each minute that has rows.
    private func perMinute(
        _ figure: String,
        of table: String,
        in minutes: Range<Int>,
        _ suite: RunningSuite
    ) async throws -> [Int] {
        try await suite.rows(
            """
            SELECT \(figure) FROM \(table)
            WHERE Timestamp >= toDateTime(\(minutes.lowerBound * 60)) AND Timestamp < toDateTime(\(minutes.upperBound * 60))
            GROUP BY toStartOfMinute(Timestamp) ORDER BY toStartOfMinute(Timestamp)
            """
        ).compactMap { $0.first.flatMap { Int($0) } }
    }
}
