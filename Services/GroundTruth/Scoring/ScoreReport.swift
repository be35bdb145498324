/// All scores of one method, and their means over the valid labels.
struct ScoreReport: Codable, Sendable, Equatable {
    struct Means: Codable, Sendable, Equatable {
        /// How many labels they are the means of.
        let count: Int
        let service: IncidentScore.AtLevel
        let operation: IncidentScore.AtLevel
        let mechanism: IncidentScore.AtLevel
        let pathGrounded: Double
        let time: Double
        /// Over the answers that name a time; none when there is none.
        let timeError: Double?

        enum CodingKeys: String, CodingKey {
            case count, service, operation, mechanism, time
            case pathGrounded = "path_grounded"
            case timeError = "time_error_s"
        }
    }

    let method: String
    let scores: [IncidentScore]
    let means: Means
    /// Scenarios that the naive rule solves: they tell little about a method.
    let tooEasy: [String]
    /// What did not count, a line for each answer.
    let problems: [String]

    enum CodingKeys: String, CodingKey {
        case method, scores, means, problems
        case tooEasy = "too_easy"
    }

    /// Scores a method's answers.
    ///
    /// - Parameter naive: The naive rule's answers, if there are any, to tell what is too easy.
    init(_ sheet: AnswerSheet, labels: [IncidentLabel], naive: AnswerSheet?) {
        method = sheet.method
        let (scores, problems) = Self.scores(sheet, labels)
        self.scores = scores
        self.problems = problems.map(\.description)
        means = Means(scores.filter(\.valid))
        if let naive {
            tooEasy = Self.scores(naive, labels).scores.filter { $0.valid && $0.service.exact == 1 }.map(\.scenario)
                .reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } }
        } else {
            tooEasy = []
        }
    }

    private static func scores(
        _ sheet: AnswerSheet,
        _ labels: [IncidentLabel]
    ) -> (scores: [IncidentScore], problems: [AnswerProblem]) {
        let (answers, problems) = sheet.counted(of: Set(labels.map(\.question)))
        return (labels.map { IncidentScore(answers[$0.question], $0) }, problems)
    }

    /// Whether every figure that is counted is 1.
    var isPerfect: Bool {
        let levels = Level.allCases.map { means.at($0) }
        return means.count > 0 && levels.allSatisfy(\.isPerfect) && means.pathGrounded == 1 && means.time == 1
    }
}

extension ScoreReport.Means {
    init(_ scores: [IncidentScore]) {
        count = scores.count
        service = Self.mean(scores.map(\.service))
        operation = Self.mean(scores.map(\.operation))
        mechanism = Self.mean(scores.map(\.mechanism))
        pathGrounded = Self.mean(scores.map(\.pathGrounded))
        time = Self.mean(scores.map(\.time))
        let errors = scores.compactMap(\.timeError)
        timeError = errors.isEmpty ? nil : Self.mean(errors)
    }

    func at(_ level: Level) -> IncidentScore.AtLevel {
        switch level {
        case .service: service
        case .operation: operation
        case .mechanism: mechanism
        }
    }

    private static func mean(_ scores: [IncidentScore.AtLevel]) -> IncidentScore.AtLevel {
        IncidentScore.AtLevel(
            exact: mean(scores.map(\.exact)),
            any: mean(scores.map(\.any)),
            first: mean(scores.map(\.first)),
            precisionAtFullRecall: mean(scores.map(\.precisionAtFullRecall))
        )
    }

    /// The mean, to four digits; 0 of nothing.
    private static func mean(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sum = values.reduce(0, +)
        return (sum / Double(values.count) * 1e4).rounded() / 1e4
    }
}
