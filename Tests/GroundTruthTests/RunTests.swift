import ClickHouseHTTP
import EmbeddedClickHouse
import FoundationEssentials
import RunJournal
import Testing

@testable import GroundTruth

/// A whole run as the load generator leaves it, with telemetry made by hand, on the real engine.
@Suite(
    "A run's folder",
    .enabled(if: EmbeddedClickHouse.isAvailable, "./demo test prepares the Python that runs it"),
    .timeLimit(.minutes(10))
)
struct RunTests {
    private static let tables =
        #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        + "/clickhouse/ground_truth"

    /// Stores an incident's telemetry and writes what the load generator would have written.
    private func run(_ id: String, _ incident: String, hoursAgo: Int64, in clickHouse: ClickHouseClient) async throws
        -> (RunFolder, TemporaryFolder)
    {
        let now = Int64(Date().timeIntervalSince1970) / 3_600 * 3_600
        let start = Moment(nanoseconds: (now - hoursAgo * 3_600) * 1_000_000_000)
        let telemetry = SyntheticShop.of(incident, start: start)
        try await telemetry.store(in: clickHouse)
        let folder = try TemporaryFolder()
        let end = telemetry.moment(SyntheticShop.length)
        try folder.write(
            """
            {"run_id":"\(id)","seed":18446744073709551615,"scenario":"\(incident)","arrivals":"poisson:15",
             "started_at":"\(start.text)","ended_at":"\(end.text)","target":"http://127.0.0.1:8000","mix":{"normal":14},
             "requests":2,"late_starts":0,"version":"1.0.0"}
            """,
            "run.json"
        )
        try folder.write(
            """
            {"incident_id":"\(id)-1","name":"\(incident)","seed":1,"scenario":"\(incident)","difficulty":"easy",\
            "intensity":1,"started_at":"\(telemetry.moment(60).text)","ended_at":"\(telemetry.moment(90).text)",\
            "service":"payment-service","mechanism":"armed"}

            """,
            "injections.jsonl"
        )
        let line = """
            "visit_id":7,"user":"shopper7@example.com","class":"normal","journey":"purchase","step":"checkout",\
            "method":"POST","path":"/checkout","intended_at":"\(start.text)","started_at":"\(start.text)","duration_ns":5
            """
        try folder.write(
            """
            {"request_id":"r1","trace_id":"\(telemetry.spans[0].traceID)",\(line),"expected":{"statuses":[200,201]},\
            "actual":{"status":200},"incident_id":null}
            {"request_id":"r2","trace_id":null,\(line),"expected":{"outcome":"timeout"},"actual":{"error":"timeout"},\
            "incident_id":"\(id)-1"}
            {"request_id":"r3","trace_
            """,
            "journal.jsonl"
        )
        return (RunFolder(path: folder.path), folder)
    }

    @Test("is labelled, and loaded into ground_truth once however often that is done")
    func idempotent() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let (folder, keep) = try await run("it's-a-run", "visa_cache_full", hoursAgo: 100, in: clickHouse)
        for _ in 0..<2 {
            let labels = try await LabelCommand.label(folder, clickHouse, tables: Self.tables)
            #expect(labels.map(\.valid) == [true], "\(labels.map(\.reasons))")
        }
        struct Row: Decodable, Equatable {
            let requests: Int
            let unanswered: Int
            let joined: Int
            let incidents: Int
            let runs: Int
        }
        let row: Row = try await clickHouse.row(
            """
            SELECT
                (SELECT count() FROM ground_truth.requests WHERE RunId = 'it\\'s-a-run') AS requests,
                (SELECT countIf(TraceId = '' AND ActualError = 'timeout' AND ActualStatus = 0 AND ExpectedOutcome = 'timeout')
                 FROM ground_truth.requests WHERE RunId = 'it\\'s-a-run') AS unanswered,
                (SELECT uniqExact(RequestId) FROM ground_truth.requests AS r
                 INNER JOIN otel_traces AS t ON t.TraceId = r.TraceId WHERE r.RunId = 'it\\'s-a-run') AS joined,
                (SELECT countIf(Valid AND RootMechanisms = ['cache_without_eviction'] AND FirstEffectAt >= InjectedAt)
                 FROM ground_truth.incidents WHERE RunId = 'it\\'s-a-run') AS incidents,
                (SELECT countIf(Seed = 18446744073709551615) FROM ground_truth.runs WHERE RunId = 'it\\'s-a-run') AS runs
            """
        )
        #expect(row == Row(requests: 2, unanswered: 1, joined: 1, incidents: 1, runs: 1))
        // What agents are given says nothing of what happened.
        let questions = try keep.text("questions.json")
        for word in LeakAudit.standardWords { #expect(!questions.contains(word)) }
    }

    @Test("goes out as Parquet files, the telemetry apart from the truth, and in RCAEval's layout")
    func exports() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let (folder, keep) = try await run("exported", "payment_gateway_error", hoursAgo: 110, in: clickHouse)
        let labels = try await LabelCommand.label(folder, clickHouse, tables: Self.tables)
        let run = try folder.run()
        let parquet = ParquetExport(clickHouse: clickHouse, groundTruth: "ground_truth")
        let files = try await parquet.write(folder, run, until: try #require(run.endedAt), to: keep.path + "/parquet")
        for file in files where file.hasSuffix(".parquet") {
            let bytes = try #require(FileManager.default.contents(atPath: file))
            #expect(bytes.prefix(4) == Data("PAR1".utf8) && bytes.suffix(4) == Data("PAR1".utf8), "\(file)")
        }
        #expect(files.contains { $0.hasSuffix("telemetry/otel_traces.parquet") })
        #expect(!files.contains { $0.contains("/telemetry/") && $0.contains("label") })

        let sheet = try RunFolder.read(QuestionSheet.self, folder.questions)
        let folders = try await RCAEvalExport(clickHouse: clickHouse).write(labels, sheet, to: keep.path + "/rcaeval")
        let name = "rcaeval/payment-service_payment-gateway-error/1"
        #expect(folders == ["\(keep.path)/\(name)"])
        let injected = try #require(labels[0].t.injected).nanoseconds / 1_000_000_000
        #expect(try keep.text("\(name)/inject_time.txt") == "\(injected)\n")
        let metrics = try keep.text("\(name)/simple_metrics.csv").split(separator: "\n")
        let heading = metrics[0].split(separator: ",")
        #expect(heading[0] == "time")
        for series in ["error", "latency-50", "latency-90", "workload"] {
            #expect(heading.contains("payment-service_\(series)"))
        }
        #expect(metrics.count == 121)
        let traces = try keep.text("\(name)/traces.csv").prefix { !$0.isNewline }
        #expect(
            traces.replacing("\"", with: "")
                == "time,traceID,spanID,serviceName,methodName,operationName,startTimeMillis,startTime,duration,statusCode,"
                + "parentSpanID"
        )
        for file in ["metrics", "logs", "logts", "tracets_err", "tracets_lat"] {
            #expect(try keep.text("\(name)/\(file).csv").contains("\n"))
        }
    }

    @Test("is refused with the file's name and line when it cannot be read")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        #expect(throws: FileProblem.missing(folder.path + "/run.json")) { _ = try RunFolder(path: folder.path).run() }
        try folder.write("{\"incident_id\":\"a\"}\n", "injections.jsonl")
        do {
            _ = try RunFolder(path: folder.path).injections()
            Issue.record("An injection without a name was taken.")
        } catch let problem as FileProblem {
            #expect(problem.description.contains("injections.jsonl, line 1 cannot be read: name is missing"))
        }
        try folder.write("", "injections.jsonl")
        #expect(try RunFolder(path: folder.path).injections().isEmpty)
    }

    @Test("of a run that was killed ends with its last request, and is no control")
    func killed() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let folder = try TemporaryFolder()
        try folder.write(#"{"run_id":"r","seed":1,"started_at":"2026-01-01T00:00:00Z","ended_at":null}"#, "run.json")
        try folder.write(
            #"""
            {"request_id":"a","visit_id":"v","user":"u","class":"normal","journey":"j","step":"s","method":"GET",\#
            "path":"/","intended_at":"2026-01-01T00:00:01Z","started_at":"2026-01-01T00:00:02Z",\#
            "duration_ns":500000000,"expected":{},"actual":{}}
            {"request_id":"b
            """#,
            "journal.jsonl"
        )
        let run = try RunFolder(path: folder.path).run()
        let end = try RunFolder(path: folder.path).end(of: run)
        #expect(end == Moment("2026-01-01T00:00:02.5Z"))
        let label = try #require(try await Labeller(clickHouse: clickHouse).labels(of: run, [], end: end).first)
        #expect(label.reasons.first == "the run was not ended in order: an incident of it may be missing")
    }

    @Test("has the requests of visitors with a real browser beside those of the load")
    func browsers() throws {
        let folder = try TemporaryFolder()
        func line(_ id: String, _ visit: String) -> String {
            #"""
            {"request_id":"\#(id)","visit_id":\#(visit),"user":"u","class":"normal","journey":"j","step":"s",\#
            "method":"GET","path":"/","intended_at":"2026-01-01T00:00:01Z","started_at":"2026-01-01T00:00:02Z",\#
            "duration_ns":5,"expected":{"statuses":[200]},"actual":{"status":200}}

            """#
        }
        func requests() throws -> [String] {
            var log = try RunFolder(path: folder.path).requests()
            var found: [String] = []
            while let entry = try log.next() { found.append("\(entry.visitID.text) \(entry.requestID)") }
            return found
        }
        try folder.write(line("a", "7"), "journal.jsonl")
        #expect(try requests() == ["7 a"])
        try folder.write(line("b", #""browser-0""#) + line("c", #""browser-0""#) + "{\"request", "browsers.jsonl")
        #expect(try requests() == ["7 a", "browser-0 b", "browser-0 c"])
    }

    @Test("leaves nothing in the telemetry that tells: the audit finds a name in any text, wherever it is")
    func audit() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let clean = try await LeakAudit(clickHouse: clickHouse).run()
        #expect(clean.leaks.isEmpty)
        #expect(clean.tables >= 9)

        try await clickHouse.execute(ClickHouseStatement("CREATE DATABASE IF NOT EXISTS leaky", database: ""))
        let endpoint = clickHouse.access.endpoint
        let leaky = ClickHouseClient(ClickHouseAccess(endpoint: endpoint, database: "leaky"))
        try await leaky.execute(
            ClickHouseStatement(
                "CREATE TABLE spans (a String, m Map(LowCardinality(String), String), e Array(Map(String, String)), n UInt8)"
                    + " ENGINE = MergeTree ORDER BY n"
            )
        )
        try await leaky.execute(
            ClickHouseStatement(
                """
                INSERT INTO spans VALUES ('harmless', {'k': 'The fault Visa_Cache_Full is on'}, [], 1),
                ('x', {'payment-timeout': ''}, [{'k': 'CART_VERSION_CHECK=never'}], 2), ('harmless', {}, [], 3)
                """
            )
        )
        let found = try await LeakAudit(clickHouse: leaky).run()
        #expect(found.rows == 3)
        #expect(
            Set(found.leaks.map { "\($0.column) \($0.word)" })
                == ["m visa_cache_full", "m payment-timeout", "e CART_VERSION_CHECK"]
        )
    }
}
