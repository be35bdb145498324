import RunJournal

/// How good one answer is. docs/ground-truth.md defines every figure.
struct IncidentScore: Codable, Sendable, Equatable {
    /// The figures that look at root causes, for one level.
    struct AtLevel: Codable, Sendable, Equatable {
        /// The set of root causes is the true one.
        let exact: Double
        /// At least one root cause is true.
        let any: Double
        /// The first root cause is true (AC@1).
        let first: Double
        /// The share of true root causes among those given, when all true ones are among them; else 0.
        let precisionAtFullRecall: Double

        enum CodingKeys: String, CodingKey {
            case exact, any
            case first = "ac_at_1"
            case precisionAtFullRecall = "precision_at_full_recall"
        }

        /// Whether nothing is missing.
        var isPerfect: Bool { exact == 1 && any == 1 && first == 1 && precisionAtFullRecall == 1 }
    }

    /// An error of at most this many seconds counts as right, as OpenRCA counts it.
    static let timeTolerance = 60.0

    let question: String
    let incidentID: String
    let scenario: String
    let difficulty: String
    /// Whether the label counts.
    let valid: Bool
    let service: AtLevel
    let operation: AtLevel
    let mechanism: AtLevel
    /// A chain of true steps leads from a true root cause to the symptom.
    let pathGrounded: Double
    /// Seconds between the onset that was given and the first effect; none when either is missing.
    let timeError: Double?
    /// Whether the time is right within the tolerance; 1 for a control that was recognised.
    let time: Double

    enum CodingKeys: String, CodingKey {
        case question
        case incidentID = "incident_id"
        case scenario, difficulty, valid, service, operation, mechanism, time
        case pathGrounded = "path_grounded"
        case timeError = "time_error_s"
    }

    /// Compares an answer with a label; no answer counts as an answer without root causes.
    init(_ answer: Answer?, _ label: IncidentLabel) {
        let aliases = Aliases(label.aliases)
        let comparison = Comparison(answer: answer, label: label, aliases: aliases)
        question = label.question
        incidentID = label.incidentID
        scenario = label.scenario
        difficulty = label.difficulty
        valid = label.valid
        service = comparison.score(at: .service)
        operation = comparison.score(at: .operation)
        mechanism = comparison.score(at: .mechanism)
        pathGrounded = comparison.isGrounded ? 1 : 0
        timeError = comparison.timeError
        if label.isControl {
            time = service.exact
        } else {
            time = comparison.timeError.map { $0 <= Self.timeTolerance } == true ? 1 : 0
        }
    }

    func at(_ level: Level) -> AtLevel {
        switch level {
        case .service: service
        case .operation: operation
        case .mechanism: mechanism
        }
    }
}

/// An answer beside the truth.
private struct Comparison {
    let answer: Answer?
    let label: IncidentLabel
    let aliases: Aliases

    func score(at level: Level) -> IncidentScore.AtLevel {
        let truth = Set(label.root.map { key($0, level) })
        var given: [RootKey] = []
        // What is said twice counts once; what says nothing at this level still counts as said.
        for entity in answer?.root ?? [] {
            let key = key(entity, level)
            if key.detail == nil, level != .service {
                given.append(RootKey(service: "", detail: String(given.count)))
            } else if !given.contains(key) {
                given.append(key)
            }
        }
        if truth.isEmpty {
            // An empty answer alone is right where nothing was wrong; no answer at all is none.
            let right: Double = answer != nil && given.isEmpty ? 1 : 0
            return .init(exact: right, any: right, first: right, precisionAtFullRecall: right)
        }
        let hits = truth.intersection(given).count
        return .init(
            exact: hits == truth.count && given.count == truth.count ? 1 : 0,
            any: hits > 0 ? 1 : 0,
            first: given.first.map(truth.contains) == true ? 1 : 0,
            precisionAtFullRecall: hits == truth.count ? Double(hits) / Double(given.count) : 0
        )
    }

    /// Whether true steps of the answer lead from a root cause to the symptom.
    var isGrounded: Bool {
        guard let symptom = label.path.last?.to else { return label.isControl && score(at: .service).exact == 1 }
        guard score(at: .service).any == 1 else { return false }
        let truth = Set(label.path.map { Step(from: aliases.node($0.from), to: aliases.node($0.to)) })
        let steps = truth.intersection(
            (answer?.path ?? []).map { Step(from: aliases.node($0.from), to: aliases.node($0.to)) }
        )
        var reached = Set(label.root.map { aliases.node(.init(service: $0.service, operation: $0.operation)) })
        var waiting = reached
        while let node = waiting.popFirst() {
            for step in steps where step.from == node && reached.insert(step.to).inserted { waiting.insert(step.to) }
        }
        return reached.contains(aliases.node(symptom))
    }

    var timeError: Double? {
        guard let onset = answer?.times?.onset, let truth = label.t.firstEffect else { return nil }
        return (abs(onset.seconds(since: truth)) * 1e3).rounded() / 1e3
    }

    private struct Step: Hashable {
        let from: IncidentLabel.Node
        let to: IncidentLabel.Node
    }

    /// The label's own word for a mechanism that it has several words for.
    private func mechanism(_ word: String, of service: String) -> String {
        let root = label.root.first { root in
            aliases.service(root.service) == service && root.alsoCalled?.contains(word) == true
        }
        return root?.mechanism ?? word
    }

    private func key(_ root: IncidentLabel.RootCause, _ level: Level) -> RootKey {
        key(.init(service: root.service, operation: root.operation, mechanism: root.mechanism), level)
    }

    private func key(_ entity: Answer.Entity, _ level: Level) -> RootKey {
        let service = aliases.service(entity.service)
        return switch level {
        case .service: RootKey(service: service, detail: nil)
        case .operation: RootKey(service: service, detail: entity.operation)
        case .mechanism: RootKey(service: service, detail: entity.mechanism.map { mechanism($0, of: service) })
        }
    }
}
