import Foundation
import RunJournal
import ServiceKit
import Testing

@testable import DataGenerator
@testable import LoadEngine
@testable import ShopStories

@Suite("The summary")
struct SummaryTests {
    private let target = #"http://<shop>"&'"#

    private func sample(_ number: Int64, _ visitClass: JourneyClass?, _ outcome: RequestOutcome) -> RequestSample {
        RequestSample(
            visitClass: visitClass?.rawValue,
            step: number.isMultiple(of: 2) ? "browse" : "checkout",
            due: Instant(nanoseconds: number * 20_000_000),
            started: Instant(nanoseconds: number * 20_000_000 + 100_000),
            ended: Instant(nanoseconds: number * 20_000_000 + 1_100_000 + number * 1_000),
            outcome: outcome,
            isExpected: outcome == .status(200)
        )
    }

    private func report() -> LoadReport {
        let report = LoadReport(began: Instant(nanoseconds: 0), classes: JourneyClass.names)
        for number in 0..<300 as Range<Int64> {
            let outcome: RequestOutcome = number % 100 == 7 ? .failure(.refused) : .status(number % 50 == 3 ? 503 : 200)
            report.record(sample(number, number % 3 == 0 ? .anomaly : .normal, outcome), error: nil)
        }
        report.record(sample(300, nil, .status(500)), error: nil)
        return report
    }

    private func summary(of report: LoadReport, elapsed: Double, truth: Bool) throws -> RunSummary {
        let start = try #require(Moment("2026-01-01T00:00:00Z"))
        let incident = Injection(
            incidentID: "i-1",
            name: "bad_release",
            seed: 1,
            scenario: "demo",
            difficulty: "hard",
            intensity: 1,
            startedAt: start,
            endedAt: start.advanced(bySeconds: 60),
            service: "sample-ecommerce-app",
            mechanism: .armed
        )
        let state = report.final
        return RunSummary(
            run: RunRecord(
                runID: "r",
                seed: 1,
                scenario: "demo",
                arrivals: "20",
                startedAt: start,
                target: target,
                counts: RunRecord.Counts()
            ),
            load: LoadSummary(
                state: state,
                elapsed: elapsed,
                classes: report.classes,
                thresholds: try ["p99>1s", "edge_case:p99>1s"].map { try Threshold($0, classes: report.classes) }
            ),
            state: state,
            incidents: truth ? [incident] : nil
        )
    }

    private func summary(truth: Bool) throws -> RunSummary {
        try summary(of: report(), elapsed: 6, truth: truth)
    }

    private func table(_ summary: RunSummary) -> String {
        SummaryTable(summary: summary.load, heading: summary.heading).text
    }

    @Test("counts by class and step, and what triggers sent apart from both")
    func counts() throws {
        let summary = try summary(truth: true)
        #expect(summary.load.total.requests == 300)
        #expect(summary.load.classes.map(\.requests) == [200, 100])
        #expect(summary.load.steps.map(\.name) == ["browse", "checkout"])
        #expect(summary.load.steps.reduce(0) { $0 + $1.requests } == 300)
        #expect(summary.load.total.statuses == ["200": 291, "503": 6])
        #expect(summary.load.total.failures == ["refused": 3])
        #expect(
            summary.load.total.errors == 9 && summary.load.total.serverErrors == 6 && summary.load.total.unanswered == 3
        )
        #expect(summary.load.total.requestsPerSecond == 50)
        #expect(summary.truth?.triggers.requests == 1)
        #expect(summary.load.series.points.map(\.requests) == [50, 50, 50, 50, 50, 50])
        #expect(summary.load.thresholds.map(\.crossed) == [false, false])
    }

    @Test("names no incident unless the truth is asked for")
    func secret() throws {
        let summary = try summary(truth: false)
        #expect(!String(decoding: JSON.encode(summary), as: UTF8.self).contains("bad_release"))
        #expect(!summary.page(LoadCounts()).html.contains("bad_release"))
        #expect(!table(summary).contains("bad_release"))
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
        let html = try summary(truth: true).page(report().final.total).html
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
        let report = LoadReport(began: .now, classes: JourneyClass.names)
        let summary = try summary(of: report, elapsed: 0, truth: false)
        #expect(summary.load.total.requests == 0 && summary.load.total.response.max == 0)
        let html = summary.page(LoadCounts()).html
        #expect(html.contains("</html>") && !html.contains(",nan") && !html.contains("nan,"))
        #expect(table(summary).contains("total"))
    }
}
