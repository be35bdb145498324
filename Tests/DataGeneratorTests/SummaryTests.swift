import Foundation
import ServiceKit
import Testing

@testable import DataGenerator

@Suite("The summary")
struct SummaryTests {
    private let target = #"http://<shop>"&'"#

    private func record(
        _ number: Int64,
        _ visitorClass: JourneyClass,
        _ outcome: RequestOutcome,
        incident: String? = nil
    ) -> RequestRecord {
        RequestRecord(
            requestID: RequestID(seed: 1, visit: UInt64(number), step: 1),
            traceID: nil,
            visit: UInt64(number),
            user: 1,
            visitorClass: visitorClass,
            journey: "j",
            step: number.isMultiple(of: 2) ? "browse" : "checkout",
            method: "GET",
            path: "/",
            intended: Moment(nanoseconds: number * 20_000_000),
            started: Moment(nanoseconds: number * 20_000_000 + 100_000),
            ended: Moment(nanoseconds: number * 20_000_000 + 1_100_000 + number * 1_000),
            expectation: .success,
            outcome: outcome,
            incident: incident
        )
    }

    private func report() -> LoadReport {
        let report = LoadReport(began: Moment(nanoseconds: 0))
        for number in 0..<300 as Range<Int64> {
            let outcome: RequestOutcome = number % 100 == 7 ? .failure(.refused) : .status(number % 50 == 3 ? 503 : 200)
            report.record(record(number, number % 3 == 0 ? .anomaly : .normal, outcome), error: nil)
        }
        report.record(record(300, .anomaly, .status(500), incident: "i-1"), error: nil)
        return report
    }

    private func summary(truth: Bool) throws -> LoadSummary {
        let run = RunRecord(
            runID: "r",
            seed: 1,
            scenario: "demo",
            arrivals: "20",
            startedAt: "2026-01-01T00:00:00.000000000Z",
            target: target,
            mix: [:],
            requests: 0,
            lateStarts: 0,
            latestStartNanoseconds: 0,
            journaled: 0,
            dropped: 0
        )
        let incident = InjectionRecord(
            incidentID: "i-1",
            name: "bad_release",
            seed: 1,
            scenario: "demo",
            difficulty: "hard",
            intensity: 1,
            startedAt: "2026-01-01T00:00:00.000000000Z",
            endedAt: "2026-01-01T00:01:00.000000000Z",
            service: "sample-ecommerce-app",
            mechanism: .armed
        )
        return LoadSummary(
            run: run,
            state: report().final,
            elapsed: 6,
            thresholds: [try Threshold.parse("p99>1s"), try Threshold.parse("edge_case:p99>1s")],
            incidents: truth ? [incident] : nil
        )
    }

    @Test("counts by class and step, and what triggers sent apart from both")
    func counts() throws {
        let summary = try summary(truth: true)
        #expect(summary.total.requests == 300)
        #expect(summary.classes.map(\.requests) == [200, 100])
        #expect(summary.steps.map(\.name) == ["browse", "checkout"])
        #expect(summary.steps.reduce(0) { $0 + $1.requests } == 300)
        #expect(summary.total.statuses == ["200": 291, "503": 6])
        #expect(summary.total.failures == ["refused": 3])
        #expect(summary.total.errors == 9 && summary.total.serverErrors == 6 && summary.total.unanswered == 3)
        #expect(summary.total.requestsPerSecond == 50)
        #expect(summary.truth?.triggers.requests == 1)
        #expect(summary.series.points.map(\.requests) == [50, 50, 50, 50, 50, 50])
        #expect(summary.thresholds.map(\.crossed) == [false, false])
    }

    @Test("names no incident unless the truth is asked for")
    func secret() throws {
        let summary = try summary(truth: false)
        #expect(!String(decoding: JSON.encode(summary), as: UTF8.self).contains("bad_release"))
        #expect(!SummaryPage(summary: summary, response: [], service: []).html.contains("bad_release"))
        #expect(!SummaryTable(summary: summary).text.contains("bad_release"))
    }

    @Test("is the JSON that its schema describes: every member is there and every member is described")
    func schema() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/data-generator-summary.schema.json").standardized
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        func compare(_ value: Any, _ description: [String: Any], at path: String) throws {
            var description = description
            if let reference = description["$ref"] as? String {
                description = try #require(definitions[String(reference.split(separator: "/").last ?? "")])
            }
            if let object = value as? [String: Any],
                let properties = description["properties"] as? [String: [String: Any]]
            {
                #expect(Set(object.keys) == Set(properties.keys), "\(path)")
                #expect(Set(description["required"] as? [String] ?? []).isSubset(of: object.keys), "\(path)")
                for (key, member) in object {
                    guard let property = properties[key] else { continue }
                    #expect(property["description"] != nil || property["$ref"] != nil, "\(path).\(key)")
                    try compare(member, property, at: "\(path).\(key)")
                }
            } else if let array = value as? [Any], let items = description["items"] as? [String: Any] {
                for (index, element) in array.enumerated() { try compare(element, items, at: "\(path)[\(index)]") }
            } else {
                let types = (description["type"] as? [String]) ?? [description["type"] as? String ?? ""]
                let allowed = types.contains { type in
                    switch type {
                    case "null": value is NSNull
                    case "string": value is String
                    case "integer", "number", "boolean": value is NSNumber
                    case "object": value is [String: Any]
                    case "array": value is [Any]
                    default: false
                    }
                }
                #expect(allowed, "\(path) is \(value), which is no \(types)")
            }
        }
        let value = try JSONSerialization.jsonObject(with: Data(JSON.encode(try summary(truth: true))))
        try compare(value, schema, at: "summary")
    }

    @Test("is a page that fetches nothing, runs nothing, and shows what it is given as text")
    func page() throws {
        let state = report().final.total
        let html = SummaryPage(
            summary: try summary(truth: true),
            response: state.responseTime.distribution,
            service: state.serviceTime.distribution
        ).html
        for foreign in ["<script", "<link", "<img", "src=", "href=", "url(", "@import"] {
            #expect(!html.contains(foreign))
        }
        #expect(html.contains("http://&lt;shop&gt;&quot;&amp;&#39;"))
        #expect(html.components(separatedBy: "<svg").count == 4)
        #expect(html.components(separatedBy: "<polyline").count > 7)
        #expect(
            !html.contains("nan,") && !html.contains(",nan") && !html.contains("inf") && html.contains("bad_release")
        )
    }

    @Test("of a run without a request is complete too")
    func empty() throws {
        let run = try summary(truth: false).run
        let state = LoadReport(began: .now).final
        let summary = LoadSummary(run: run, state: state, elapsed: 0, thresholds: [], incidents: nil)
        #expect(summary.total.requests == 0 && summary.total.response.max == 0)
        let html = SummaryPage(summary: summary, response: [], service: []).html
        #expect(html.contains("</html>") && !html.contains(",nan") && !html.contains("nan,"))
        #expect(SummaryTable(summary: summary).text.contains("total"))
    }

    @Test("keeps a bounded number of intervals, and loses no request by it")
    func bounded() {
        var series = TimeSeries()
        for number in 0..<200 as Range<Int64> {
            series.count(record(number, .normal, .status(200)), at: Double(number) * 30)
        }
        series.finish()
        #expect(series.points.count <= TimeSeries.capacity)
        #expect(series.points.reduce(0) { $0 + $1.requests } == 200)
        #expect(series.interval == 16)
        #expect(zip(series.points, series.points.dropFirst()).allSatisfy { $1.at - $0.at == series.interval })
    }

    @Test("exports distributions that HdrHistogram's own tools read: value, percentile, count")
    func hgrm() throws {
        var histogram = LatencyHistogram()
        for milliseconds in 1...1_000 as ClosedRange<Int64> { histogram.record(milliseconds * 1_000_000) }
        let lines = histogram.hgrm.split(separator: "\n")
        #expect(lines[0].split(separator: " ") == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"])
        let rows = lines.dropFirst().filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: " ").compactMap { Double($0) }
        }
        let half = try #require(rows.first { $0[1] == 0.5 })
        #expect(abs(half[0] - 500) <= 1 && half[2] == 500)
        #expect(rows.last?[1] == 1 && rows.last?[2] == 1_000)
    }

    @Test(
        "writes latencies as people read them",
        arguments: [
            (0, "0.00 ms"), (420_000, "0.42 ms"), (7_380_000, "7.3 ms"), (184_000_000, "184 ms"),
            (2_350_000_000, "2.35 s"), (60_040_000_000, "60.04 s"),
        ] as [(Int64, String)]
    )
    func milliseconds(nanoseconds: Int64, text: String) {
        #expect(Milliseconds.text(nanoseconds) == text)
    }
}
