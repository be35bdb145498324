import ClickHouseHTTP
import EmbeddedClickHouse
import FoundationEssentials
import RunJournal
import Testing

@testable import GroundTruth

/// Every incident in telemetry made by hand, on the real engine. Each takes an hour of its own.
@Suite(
    "With the telemetry of an incident",
    .enabled(if: EmbeddedClickHouse.isAvailable, "./demo test prepares the Python that runs it"),
    .timeLimit(.minutes(10))
)
struct ProofTests {
    /// Three days ago: the tables keep nothing that is older than a month.
    private static let start = Moment(
        nanoseconds: (Int64(Date().timeIntervalSince1970) / 3_600 - 72) * 3_600_000_000_000
    )

    private func run(_ start: Moment, injected incident: String?) throws -> (RunRecord, [Injection]) {
        let telemetry = SyntheticTelemetry(start: start)
        let run = RunRecord(
            runID: "run-\(incident ?? "none")",
            seed: 1,
            scenario: incident,
            arrivals: nil,
            startedAt: start,
            endedAt: telemetry.moment(SyntheticShop.length),
            target: nil
        )
        guard let incident else { return (run, []) }
        let injection = Injection(
            incidentID: "\(run.runID)-1",
            name: incident,
            seed: 1,
            scenario: nil,
            difficulty: "easy",
            intensity: 1,
            startedAt: telemetry.moment(SyntheticShop.trouble.lowerBound),
            endedAt: telemetry.moment(SyntheticShop.trouble.upperBound),
            service: ""
        )
        return (run, [injection])
    }

    private func labels(
        of run: RunRecord,
        _ injections: [Injection],
        _ clickHouse: ClickHouseClient
    ) async throws -> [IncidentLabel] {
        try await Labeller(clickHouse: clickHouse).labels(of: run, injections, end: run.endedAt ?? run.startedAt)
    }

    /// A stretch of time for each incident, and one for each test that needs a quiet one.
    private func stretch(_ number: Int) -> Moment {
        Self.start.advanced(bySeconds: Int64(number) * 3_600)
    }

    @Test("its label is valid, the oracle's answer is right in every part, and no step is without evidence")
    func incidents() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        for (number, incident) in IncidentDefinition.names.enumerated() {
            let start = stretch(number)
            try await SyntheticShop.of(incident, start: start).store(in: clickHouse)
            let (run, injections) = try run(start, injected: incident)
            let end = try #require(run.endedAt)
            let labels = try await labels(of: run, injections, clickHouse)
            #expect(labels.count == 1)
            #expect(labels[0].valid, "\(incident): \(labels[0].reasons)")
            #expect(labels[0].path.allSatisfy { $0.evidenceCount >= 3 }, "\(incident)")
            #expect(labels[0].root[0].instance == "\(labels[0].root[0].service)-1")
            let first = try #require(labels[0].t.firstEffect)
            #expect(
                first >= injections[0].startedAt && first < injections[0].startedAt.advanced(bySeconds: 15),
                "\(incident)"
            )
            #expect(labels[0].t.recovered != nil, "\(incident)")

            let sheet = QuestionSheet(labels: labels, run: run, end: end)
            let answers = try await Oracle(clickHouse: clickHouse).answers(to: sheet)
            let report = ScoreReport(answers, labels: labels, naive: nil)
            #expect(report.isPerfect, "\(incident): \(answers.answers) \(labels[0].root) \(labels[0].path.map(\.from))")
        }
    }

    @Test("the oracle finds a cache that was full before its gauge was exported, by what each lookup says")
    func betweenExports() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let start = stretch(70)
        try await SyntheticShop.cacheFilledBetweenExports(start: start).store(in: clickHouse)
        let (run, injections) = try run(start, injected: "visa_cache_full")
        let labels = try await labels(of: run, injections, clickHouse)
        #expect(labels.map(\.valid) == [true], "\(labels.map(\.reasons))")
        let sheet = QuestionSheet(labels: labels, run: run, end: try #require(run.endedAt))
        let answers = try await Oracle(clickHouse: clickHouse).answers(to: sheet)
        #expect(ScoreReport(answers, labels: labels, naive: nil).isPerfect, "\(answers.answers)")
    }

    @Test("of two incidents at a time, one label has both causes, and whoever names one has not named all")
    func together() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let start = stretch(65)
        let both = ["bad_release", "payment_gateway_error"]
        for (index, name) in both.enumerated() {
            // Ids follow from the start: a second apart, no two are the same.
            try await SyntheticShop.of(name, start: start.advanced(bySeconds: Int64(index))).store(in: clickHouse)
        }
        let (run, first) = try self.run(start, injected: both[0])
        let second = try self.run(start, injected: both[1]).1
        let labels = try await labels(of: run, first + second, clickHouse)
        #expect(labels.count == 1)
        let label = labels[0]
        #expect(label.valid, "\(label.reasons)")
        #expect(label.scenario == "bad_release+payment_gateway_error")
        #expect(label.root.map(\.mechanism) == ["defective_release", "retry_storm"])
        let answers = try await Oracle(clickHouse: clickHouse).answers(
            to: QuestionSheet(labels: labels, run: run, end: try #require(run.endedAt))
        )
        #expect(ScoreReport(answers, labels: labels, naive: nil).isPerfect, "\(answers.answers)")
        let half = AnswerSheet(
            method: "half",
            answers: [Answer(question: "q1", root: [.init(service: "payment-service")], path: [], times: nil)]
        )
        let score = ScoreReport(half, labels: labels, naive: nil).scores[0]
        #expect((score.service.exact, score.service.any, score.service.precisionAtFullRecall) == (0, 1, 0))
    }

    @Test(
        "a change beside it that harms nothing is a distractor with figures, and one that harms makes the label void",
        arguments: [true, false]
    )
    func changeBeside(isHarmless: Bool) async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let start = stretch(isHarmless ? 66 : 67)
        try await SyntheticShop.updatesLostBesideRelease(start: start, isHarmless: isHarmless).store(in: clickHouse)
        let (run, injections) = try run(start, injected: "intermittent_error")
        let change = Change(
            changeID: "c-1",
            name: "patch_release",
            seed: 1,
            scenario: nil,
            share: 0.5,
            startedAt: injections[0].startedAt,
            endedAt: injections[0].endedAt,
            service: SyntheticShop.shop
        )
        let end = try #require(run.endedAt)
        let labels = try await Labeller(clickHouse: clickHouse).labels(of: run, injections, changes: [change], end: end)
        let label = labels[0]
        let distractor = try #require(label.distractors.last)
        #expect(distractor.kind == "patch_release" && distractor.before == 0)
        guard isHarmless else {
            #expect(label.reasons.count == 1)
            #expect(label.reasons.allSatisfy { $0.hasPrefix("patch_release: it did harm of its own: h = ") })
            #expect(!label.valid)
            return
        }
        #expect(label.valid, "\(label.reasons)")
        #expect(try #require(distractor.during) > 0.3)
        let answers = try await Oracle(clickHouse: clickHouse).answers(
            to: QuestionSheet(labels: labels, run: run, end: end)
        )
        #expect(ScoreReport(answers, labels: labels, naive: nil).isPerfect, "\(answers.answers)")

        // Another time, and one that nobody knows.
        let earlier = Change(
            changeID: "c-2",
            name: "patch_release",
            seed: 1,
            scenario: nil,
            share: 0.5,
            startedAt: start,
            endedAt: start.advanced(bySeconds: 5),
            service: SyntheticShop.shop
        )
        let alone = try await Labeller(clickHouse: clickHouse).labels(of: run, injections, changes: [earlier], end: end)
        #expect(alone[0].distractors.count == label.distractors.count - 1)
    }

    @Test("a label that was written can be checked by anybody: its queries give what it says")
    func evidence() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let start = stretch(20)
        try await SyntheticShop.of("payment_timeout", start: start).store(in: clickHouse)
        let (run, injections) = try run(start, injected: "payment_timeout")
        let label = try #require(
            try await labels(of: run, injections, clickHouse).first
        )
        struct Row: Decodable {
            let traceID: String
            enum CodingKeys: String, CodingKey { case traceID = "trace_id" }
        }
        for edge in label.path {
            let rows: [Row] = try await clickHouse.rows(edge.evidenceSQL)
            #expect(rows.count == edge.evidenceCount)
        }
        let scope = try #require(label.scope)
        let affected: [Row] = try await clickHouse.rows(scope.sql)
        #expect(Set(affected.map(\.traceID)).count == scope.affectedTraceCount)
    }

    @Test("that never happened, although it was injected, its label is void and says why")
    func void() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let start = stretch(30)
        try await SyntheticShop.of(nil, start: start).store(in: clickHouse)
        for incident in IncidentDefinition.names {
            let (run, injections) = try run(start, injected: incident)
            let label = try #require(try await labels(of: run, injections, clickHouse).first)
            #expect(!label.valid)
            #expect(label.reasons.contains("no sign of the cause in the telemetry"), "\(incident)")
            #expect(label.reasons.contains("the objective was never broken after the injection"), "\(incident)")
        }
    }

    @Test("where nothing is wrong, the oracle says so, and the label is a control")
    func calm() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let start = stretch(40)
        try await SyntheticShop.of(nil, start: start).store(in: clickHouse)
        let (run, injections) = try run(start, injected: nil)
        let labels = try await Labeller(clickHouse: clickHouse).labels(
            of: run,
            injections,
            end: try #require(run.endedAt)
        )
        let sheet = QuestionSheet(labels: labels, run: run, end: try #require(run.endedAt))
        let answers = try await Oracle(clickHouse: clickHouse).answers(to: sheet)
        #expect(answers.answers == [Answer(question: "q1", root: [], path: [])])
        #expect(labels[0].valid && labels[0].isControl)
        #expect(ScoreReport(answers, labels: labels, naive: nil).isPerfect)
    }

    @Test("that no injection tells of, the run is no control: its checkouts failed")
    func falseControl() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let start = stretch(60)
        try await SyntheticShop.of("visa_cache_full", start: start).store(in: clickHouse)
        let (run, _) = try run(start, injected: nil)
        let label = try #require(try await labels(of: run, [], clickHouse).first)
        #expect(!label.valid)
        #expect(label.reasons.contains { $0.hasSuffix("checkouts failed although nothing was broken") })
    }

    @Test("the naive rule is wrong about causes whose symptoms show elsewhere")
    func naive() async throws {
        let clickHouse = try await Engine.shared.clickHouse()
        let start = stretch(50)
        try await SyntheticShop.of("visa_cache_full", start: start).store(in: clickHouse)
        let (run, injections) = try run(start, injected: "visa_cache_full")
        let labels = try await Labeller(clickHouse: clickHouse).labels(
            of: run,
            injections,
            end: try #require(run.endedAt)
        )
        let sheet = QuestionSheet(labels: labels, run: run, end: try #require(run.endedAt))
        let answers = try await NaiveRule(clickHouse: clickHouse).answers(to: sheet)
        #expect(answers.answers[0].root == [.init(service: SyntheticShop.shop)])
        #expect(ScoreReport(answers, labels: labels, naive: answers).tooEasy.isEmpty)
    }
}
