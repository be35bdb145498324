import FoundationEssentials
import RunJournal
import Testing

@testable import GroundTruth

@Suite("A score")
struct ScoringTests {
    @Test("is 1 throughout for an answer that is right in every part")
    func right() throws {
        let report = ScoreReport(.init(method: "m", answers: [.right]), labels: [label()], naive: nil)
        #expect(report.isPerfect)
        #expect(report.scores[0].timeError == 2.5)
        #expect(report.means.count == 1)
    }

    @Test("looks only as far as its level: the right service with the wrong mechanism is right by service")
    func levels() {
        let answer = Answer(
            question: "q1",
            root: [.init(service: "payment-service", operation: "fraud_check", mechanism: "lock_contention")]
        )
        let score = IncidentScore(answer, label())
        #expect(score.service.isPerfect)
        #expect(score.operation.exact == 0)
        #expect(score.mechanism.any == 0)
    }

    @Test("gives nothing at a level that the answer leaves out, and counts it as said")
    func leftOut() {
        let score = IncidentScore(Answer(question: "q1", root: [.init(service: "payment-service")]), label())
        #expect(score.service.exact == 1)
        #expect(score.mechanism.exact == 0)
        #expect(score.mechanism.precisionAtFullRecall == 0)
    }

    @Test("takes a service by any of its names")
    func aliases() {
        let answer = Answer(question: "q1", root: [.init(service: "Payment", mechanism: "cache_without_eviction")])
        #expect(IncidentScore(answer, label()).mechanism.isPerfect)
    }

    @Test("takes a mechanism by any of the words that the label has for it, and no other")
    func mechanismWords() throws {
        let json = """
            {"service": "inventory-service", "operation": "POST /reserve", "mechanism": "unbounded_growth",
             "kind": "state/leak", "also_called": ["memory_leak"]}
            """
        let root = try JSONDecoder().decode(IncidentLabel.RootCause.self, from: Data(json.utf8))
        func isPerfect(_ word: String, of service: String = "inventory") -> Bool {
            let answer = Answer(question: "q1", root: [.init(service: service, mechanism: word)])
            return IncidentScore(answer, label(root: [root])).mechanism.isPerfect
        }
        #expect(isPerfect("unbounded_growth") && isPerfect("memory_leak"))
        #expect(!isPerfect("slow_query") && !isPerfect("memory_leak", of: "payment"))
    }

    @Test("of an answer that names everybody is 'any' but not exact, and its precision is the share that is true")
    func shotgun() {
        let services = ["inventory-service", "payment-service", "sample-ecommerce-app", "clickhouse"]
        let score = IncidentScore(Answer(question: "q1", root: services.map { .init(service: $0) }), label())
        #expect(score.service.any == 1)
        #expect(score.service.exact == 0)
        #expect(score.service.first == 0)
        #expect(score.service.precisionAtFullRecall == 0.25)
    }

    @Test("needs every one of several root causes for its recall")
    func several() {
        let truth = label(root: [.visaCache, .pool])
        let half = IncidentScore(Answer(question: "q1", root: [.init(service: "payment-service")]), truth)
        #expect(half.service.any == 1)
        #expect(half.service.exact == 0)
        #expect(half.service.precisionAtFullRecall == 0)
        let both = Answer(question: "q1", root: [.init(service: "inventory"), .init(service: "payment")])
        #expect(IncidentScore(both, truth).service.isPerfect)
    }

    @Test("counts what is said twice once")
    func twice() {
        let entity = Answer.Entity(service: "payment-service")
        #expect(IncidentScore(Answer(question: "q1", root: [entity, entity]), label()).service.isPerfect)
    }

    @Test(
        "of a path is 1 only when true steps lead from the root cause to the symptom",
        arguments: [
            ([Answer.Edge(from: .process, to: .processPayment), .init(from: .processPayment, to: .checkout)], 1.0),
            // A gap.
            ([.init(from: .process, to: .processPayment)], 0),
            // The right end without a beginning.
            ([.init(from: .processPayment, to: .checkout)], 0),
            // A step that nobody took.
            ([.init(from: .process, to: .checkout)], 0),
            // The wrong way round.
            ([.init(from: .checkout, to: .processPayment), .init(from: .processPayment, to: .process)], 0),
            ([], 0),
        ]
    )
    func paths(_ path: [Answer.Edge], _ expected: Double) {
        var answer = Answer.right
        answer.path = path
        #expect(IncidentScore(answer, label()).pathGrounded == expected)
    }

    @Test("of a true path is 0 when the root cause is another one")
    func ungrounded() {
        let answer = Answer(question: "q1", root: [.init(service: "inventory-service")], path: Answer.right.path)
        #expect(IncidentScore(answer, label()).pathGrounded == 0)
    }

    @Test("of a time is right within a minute, before as after")
    func times() {
        func time(_ text: String) -> (Double?, Double) {
            var answer = Answer.right
            answer.times = .init(onset: Moment(text))
            let score = IncidentScore(answer, label())
            return (score.timeError, score.time)
        }
        #expect(time("2026-11-21T09:36:48Z") == (60, 1))
        #expect(time("2026-11-21T09:38:48.5Z") == (60.5, 0))
        var silent = Answer.right
        silent.times = nil
        #expect(IncidentScore(silent, label()).timeError == nil)
        #expect(IncidentScore(silent, label()).time == 0)
    }

    @Test("of a stretch without an incident is 1 for an empty answer, 0 for any cause, and 0 for no answer")
    func controls() {
        let nothing = IncidentScore(Answer(question: "q1", root: []), control())
        #expect(nothing.service.isPerfect && nothing.pathGrounded == 1 && nothing.time == 1)
        #expect(IncidentScore(.right, control()).service.exact == 0)
        #expect(IncidentScore(nil, control()).service.exact == 0)
    }

    @Test("of no answer is 0")
    func missing() throws {
        let report = ScoreReport(.init(method: "m", answers: []), labels: [label()], naive: nil)
        #expect(report.means.service.exact == 0)
        #expect(!report.isPerfect)
    }

    @Test("leaves labels out of the means that are void, and shows them")
    func void() throws {
        let labels = [label(), label(question: "q2", root: [.pool], valid: false)]
        let report = ScoreReport(.init(method: "m", answers: [.right]), labels: labels, naive: nil)
        #expect(report.scores.count == 2)
        #expect(report.means.count == 1)
        #expect(report.isPerfect)
    }

    @Test("says which scenarios the naive rule solves")
    func tooEasy() throws {
        let labels = [label(), label(question: "q2", scenario: "payment_timeout", root: [.pool])]
        let naive = AnswerSheet(
            method: "naive",
            answers: ["q1", "q2"].map { Answer(question: $0, root: [.init(service: "payment-service")]) }
        )
        let report = ScoreReport(.init(method: "m", answers: [.right]), labels: labels, naive: naive)
        #expect(report.tooEasy == ["visa_cache_full"])
        #expect(ScoreTable(report, level: .service).description.contains("visa_cache_full is too easy"))
    }

    @Test("leaves out an answer to a question that was not asked, and a second answer to one, and says so")
    func foreign() {
        let wrong = Answer(question: "q1", root: [])
        let sheet = AnswerSheet(method: "m", answers: [Answer(question: "q7", root: []), .right, wrong])
        let report = ScoreReport(sheet, labels: [label()], naive: nil)
        #expect(report.isPerfect)
        #expect(
            report.problems
                == [AnswerProblem.unknown("q7"), AnswerProblem.repeated("q1")].map(\.description)
        )
    }

    @Test(
        "counts an answer that cannot be read as none, and says which it is and why; the others count",
        arguments: [
            (
                #"{"question":"q2","root":[],"times":{"onset":"2026-11-21 09:33:49"}}"#,
                "answer 2, to 'q2', cannot be read and counts as none: times.onset: '2026-11-21 09:33:49' is no time"
            ),
            (
                #"{"question":"q2","root":[],"times":{"onset":"2026-11-21T09:33:49"}}"#,
                "answer 2, to 'q2', cannot be read and counts as none: times.onset: '2026-11-21T09:33:49' is no time"
            ),
            (#"{"question":"q2","root":"payment"}"#, "answer 2, to 'q2', cannot be read and counts as none: root"),
            (#"{"question":7,"root":[]}"#, "answer 2 cannot be read and counts as none: question"),
            (#""nothing""#, "answer 2 cannot be read and counts as none: "),
            ("null", "answer 2 cannot be read and counts as none: "),
        ]
    )
    func unreadable(answer: String, problem: String) throws {
        let right = String(decoding: try JSONEncoder().encode(Answer.right), as: UTF8.self)
        let text = #"{"method":"m","answers":[\#(right),\#(answer)]}"#
        let sheet = try JSONDecoder().decode(AnswerSheet.self, from: Data(text.utf8))
        let report = ScoreReport(sheet, labels: [label(), label(question: "q2")], naive: nil)
        #expect(report.scores.map(\.service.exact) == [1, 0])
        #expect(report.problems.count == 1)
        #expect(report.problems.first?.hasPrefix(problem) == true, "\(report.problems)")
        #expect(report.problems.first?.contains("\n") == false)
    }

    @Test("reads an onset with any distance from UTC")
    func zones() throws {
        let text = #"{"question":"q1","root":[],"times":{"onset":"2026-11-21T11:36:48+02:00"}}"#
        let answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
        #expect(answer.times?.onset == Moment("2026-11-21T09:36:48Z"))
    }
}
