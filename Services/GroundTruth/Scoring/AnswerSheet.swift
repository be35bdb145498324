import RunJournal

/// The answers to the questions of a run.
struct AnswerSheet: Codable, Sendable, Equatable {
    /// The name of the method that answers.
    let method: String
    let answers: [Answer]
    /// Entries that are no answers; they are not encoded again.
    let problems: [AnswerProblem]

    /// Creates a sheet.
    init(method: String, answers: [Answer]) {
        self.method = method
        self.answers = answers
        problems = []
    }

    private enum CodingKeys: String, CodingKey {
        case method, answers
    }

    /// Reads a sheet. An answer that cannot be read is reported and does not affect the others.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        method = try container.decode(String.self, forKey: .method)
        var answers: [Answer] = []
        var problems: [AnswerProblem] = []
        for (index, element) in try container.decode([Element].self, forKey: .answers).enumerated() {
            switch element {
            case .answer(let answer): answers.append(answer)
            case .unreadable(let question, let reason):
                problems.append(.unreadable(index: index, question: question, reason: reason))
            }
        }
        self.answers = answers
        self.problems = problems
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(answers, forKey: .answers)
    }

    /// The answers by their questions, and what is wrong with those that do not count: the first answer to a question
    /// counts, and none to a question that was not asked.
    func counted(of questions: Set<String>) -> (answers: [String: Answer], problems: [AnswerProblem]) {
        var counted: [String: Answer] = [:]
        var problems = problems
        for answer in answers {
            if !questions.contains(answer.question) {
                problems.append(.unknown(answer.question))
            } else if counted.updateValue(counted[answer.question] ?? answer, forKey: answer.question) != nil {
                problems.append(.repeated(answer.question))
            }
        }
        return (counted, problems)
    }

    /// What stands in the list of answers.
    private enum Element: Decodable {
        case answer(Answer)
        case unreadable(question: String?, reason: String)

        private enum CodingKeys: String, CodingKey {
            case question
        }

        init(from decoder: any Decoder) throws {
            do {
                self = .answer(try Answer(from: decoder))
            } catch {
                let container = try? decoder.container(keyedBy: CodingKeys.self)
                let question = try? container?.decode(String.self, forKey: .question)
                let reason = DecodingReason(error, below: decoder.codingPath.count)
                self = .unreadable(question: question, reason: "\(reason)")
            }
        }
    }
}

/// Why an answer does not count. The others do.
enum AnswerProblem: Error, Equatable, CustomStringConvertible {
    case repeated(String)
    case unknown(String)
    case unreadable(index: Int, question: String?, reason: String)

    /// One line.
    var description: String {
        switch self {
        case .repeated(let question):
            "question '\(question)' is answered twice: the first answer counts"
        case .unknown(let question):
            "there is no question '\(question)', so this answer is left out: the questions are in questions.json"
        case .unreadable(let index, let question, let reason):
            "answer \(index + 1)\(question.map { ", to '\($0)'," } ?? "") cannot be read and counts as none: \(reason)"
        }
    }
}
