import RunJournal
import Testing

@testable import GroundTruth

@Suite("A label")
struct LabelTests {
    // MARK: Effect sizes

    @Test("measures an effect by Cohen's h, and how likely chance does as much")
    func effects() {
        let strong = EffectSize(badBefore: 0, before: 100, badDuring: 50, during: 100)
        #expect(strong.value == 1.5708)
        #expect(strong.p < 1e-10)
        let none = EffectSize(badBefore: 5, before: 100, badDuring: 5, during: 100)
        #expect(none.value == 0)
        #expect(none.p == 0.5)
        let better = EffectSize(badBefore: 50, before: 100, badDuring: 0, during: 100)
        #expect(better.value < 0 && better.p > 0.99)
        #expect(EffectSize(badBefore: 0, before: 0, badDuring: 1, during: 1).p == 1)
    }

    // MARK: The indicator over time

    private func step(_ phase: IndicatorSeries.Step.Phase, _ number: Int64, _ total: Int, _ bad: Int)
        -> IndicatorSeries.Step
    {
        .init(phase: phase, number: number, total: total, bad: bad, firstBad: bad == 0 ? 0 : 1_000 + number)
    }

    @Test("dates a breach by the first bad request of the half minute that broke the objective")
    func breach() {
        let series = IndicatorSeries(
            steps: [
                step(.before, -1, 50, 3), step(.during, 0, 50, 0), step(.during, 1, 50, 1), step(.during, 2, 50, 9),
            ],
            objective: 0.95
        )
        #expect(series.breach == Moment(nanoseconds: 1_001))
        #expect(series.share(.during) == 1 - 10.0 / 150)
    }

    @Test("finds the breach of an incident that fails one request in thirty")
    func rareBreach() {
        let steps = (0..<12).map { step(.during, Int64($0), 15, $0 % 2) }
        #expect(IndicatorSeries(steps: steps, objective: 0.99).breach == Moment(nanoseconds: 1_001))
    }

    @Test("takes a single bad request for chance")
    func chance() {
        #expect(IndicatorSeries(steps: [step(.during, 0, 5, 1)], objective: 0.95).breach == nil)
    }

    @Test("says when the objective is kept again, or that it never was")
    func recovery() {
        let injected = Moment(nanoseconds: 0)
        let cleared = injected.advanced(bySeconds: 60)
        func recovery(_ steps: [IndicatorSeries.Step]) -> Moment? {
            IndicatorSeries(steps: steps, objective: 0.95).recovery(cleared: cleared, injected: injected)
        }
        #expect(recovery([step(.during, 11, 9, 9), step(.after, 12, 9, 0)]) == cleared)
        #expect(
            recovery([step(.after, 12, 9, 9), step(.after, 13, 9, 4), step(.after, 14, 9, 0)])
                == injected.advanced(bySeconds: 70)
        )
        #expect(recovery([step(.after, 12, 9, 0), step(.after, 13, 9, 9)]) == nil)
    }

    // MARK: Validity

    private func validity(
        before: (Int, Int) = (100, 0),
        during: (Int, Int) = (100, 40),
        signsBefore: Int = 0,
        evidence: Int = 9
    ) -> Validity {
        Validity(
            series: IndicatorSeries(
                steps: [step(.before, -1, before.0, before.1), step(.during, 0, during.0, during.1)],
                objective: 0.95
            ),
            effect: EffectSize(badBefore: before.1, before: before.0, badDuring: during.1, during: during.0),
            firstEffect: Moment(nanoseconds: 1),
            signsBefore: signsBefore,
            instance: "i-1",
            path: [
                .init(
                    from: .process,
                    to: .checkout,
                    effect: "http_500",
                    lagMilliseconds: 1,
                    evidenceSQL: "",
                    evidenceCount: evidence
                )
            ],
            affected: 40
        )
    }

    @Test("is valid when the data prove the impact")
    func valid() {
        #expect(validity().reasons.isEmpty)
    }

    @Test("is void without an effect, with too few requests, with signs before, or a step unseen")
    func void() {
        #expect(validity(during: (100, 1)).reasons.contains { $0.contains("never broken") })
        #expect(validity(before: (29, 0)).reasons == ["only 29 requests before: at least 30 are needed"])
        #expect(validity(before: (100, 30)).reasons.contains { $0.contains("before the injection") })
        #expect(validity(signsBefore: 2).reasons == ["2 signs of the cause before the injection"])
        #expect(validity(evidence: 2).reasons.count == 1)
    }

    // MARK: Stretches and questions

    private func injection(_ id: String, _ start: String, _ end: String) throws -> Injection {
        Injection(
            incidentID: id,
            name: "visa_cache_full",
            seed: 1,
            scenario: "s",
            difficulty: "easy",
            intensity: 1,
            startedAt: try #require(Moment(start)),
            endedAt: Moment(end),
            service: "payment-service"
        )
    }

    private func run() throws -> RunRecord {
        RunRecord(
            runID: "run-1",
            seed: 1,
            scenario: nil,
            arrivals: nil,
            startedAt: try #require(Moment("2026-01-01T00:00:00Z")),
            endedAt: Moment("2026-01-01T00:10:00Z"),
            target: nil
        )
    }

    @Test("is judged by the quiet stretch before, without what the incident before left behind")
    func windows() throws {
        let run = try run()
        let windows = Windows.of(
            [
                try injection("a", "2026-01-01T00:02:00Z", "2026-01-01T00:03:00Z"),
                try injection("b", "2026-01-01T00:04:00Z", "2026-01-01T00:05:00Z"),
            ],
            in: run,
            end: try #require(run.endedAt)
        )
        #expect(windows[0].before == run.startedAt)
        #expect(windows[0].until == Moment("2026-01-01T00:04:00Z"))
        #expect(windows[1].before == Moment("2026-01-01T00:03:10Z"))
        #expect(windows[1].until == run.endedAt)
    }

    @Test("stands with those that overlap with it, and shares their stretches but for its own injection")
    func overlapping() throws {
        let run = try run()
        let end = try #require(run.endedAt)
        let injections = [
            try injection("a", "2026-01-01T00:02:00Z", "2026-01-01T00:04:00Z"),
            try injection("b", "2026-01-01T00:02:30Z", "2026-01-01T00:03:00Z"),
            try injection("c", "2026-01-01T00:03:30Z", "2026-01-01T00:05:00Z"),
            try injection("d", "2026-01-01T00:07:00Z", "2026-01-01T00:08:00Z"),
        ]
        let groups = Windows.groups(of: injections, end: end)
        #expect(groups.map { $0.map(\.incidentID) } == [["a", "b", "c"], ["d"]])
        let windows = Windows.of(injections, in: run, end: end)
        #expect(windows.count == 2)
        #expect(windows[0].injected == Moment("2026-01-01T00:02:00Z"))
        #expect(windows[0].cleared == Moment("2026-01-01T00:05:00Z"))
        #expect(windows[0].until == Moment("2026-01-01T00:07:00Z"))
        let own = windows[0].of(injections[1])
        #expect(own.injected == Moment("2026-01-01T00:02:30Z"))
        #expect(own.cleared == Moment("2026-01-01T00:03:00Z"))
        #expect((own.before, own.until) == (run.startedAt, windows[0].until))
    }

    @Test("is asked for by a question that hints at nothing and shares no time with its neighbour")
    func questions() throws {
        let run = try run()
        func times(_ injected: String, _ cleared: String) -> IncidentLabel.Times {
            .init(
                injected: Moment(injected),
                firstEffect: nil,
                sliBreach: nil,
                cleared: Moment(cleared),
                recovered: nil
            )
        }
        let sheet = QuestionSheet(
            labels: [
                label(question: "q1", t: times("2026-01-01T00:02:00.5Z", "2026-01-01T00:03:00Z")),
                label(question: "q2", t: times("2026-01-01T00:03:31Z", "2026-01-01T00:05:00Z")),
            ],
            run: run,
            end: try #require(run.endedAt)
        )
        #expect(
            sheet.questions == [
                Question(
                    question: "q1",
                    from: try #require(Moment("2026-01-01T00:01:00Z")),
                    to: try #require(Moment("2026-01-01T00:03:16Z"))
                ),
                Question(
                    question: "q2",
                    from: try #require(Moment("2026-01-01T00:03:15Z")),
                    to: try #require(Moment("2026-01-01T00:06:00Z"))
                ),
            ]
        )
    }
}
