/// What somebody says about one question. docs/ground-truth.md describes every member.
struct Answer: Codable, Sendable, Equatable {
    /// A root cause as far as it was found; the best guess first.
    struct Entity: Codable, Sendable, Equatable {
        let service: String
        var instance: String?
        var operation: String?
        var mechanism: String?
    }

    struct Edge: Codable, Sendable, Equatable {
        let from: IncidentLabel.Node
        let to: IncidentLabel.Node
    }

    struct Times: Codable, Sendable, Equatable {
        /// When it began to show.
        var onset: Moment?
    }

    let question: String
    /// Empty when nothing was wrong.
    let root: [Entity]
    /// From the root cause to what users see; may be left out.
    var path: [Edge]?
    var times: Times?
}

/// The answers to the questions of a run.
struct AnswerSheet: Codable, Sendable, Equatable {
    /// Who answers, as it stands in the table.
    let method: String
    let answers: [Answer]

    /// Checks what decoding cannot.
    ///
    /// - Throws: ``AnswerProblem`` when a question is answered twice.
    func validate() throws(AnswerProblem) {
        var seen: Set<String> = []
        for answer in answers where !seen.insert(answer.question).inserted {
            throw .repeated(answer.question)
        }
    }
}

/// Why answers cannot be compared with labels.
enum AnswerProblem: Error, Equatable, CustomStringConvertible {
    case repeated(String)
    case unknown(String)

    var description: String {
        switch self {
        case .repeated(let question): "question '\(question)' is answered twice: give one answer to each question"
        case .unknown(let question): "there is no question '\(question)': the questions are in questions.json"
        }
    }
}
