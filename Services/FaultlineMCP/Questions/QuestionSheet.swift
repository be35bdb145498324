import FoundationEssentials

/// `questions.json` of a run, which faultline-score writes: a stretch of time each, and no hint.
struct QuestionSheet: Decodable, Sendable {
    struct Question: Decodable, Sendable {
        let question: String
        let from: String
        let to: String
    }

    let questions: [Question]

    /// Reads the sheet of a run; `nil` while there is none.
    ///
    /// - Throws: ``ToolRefusal`` for one that cannot be read.
    static func of(run folder: String) throws(ToolRefusal) -> QuestionSheet? {
        guard let data = FileManager.default.contents(atPath: folder + "/questions.json") else { return nil }
        guard let sheet = try? JSONDecoder().decode(QuestionSheet.self, from: data) else {
            throw ToolRefusal("The run's questions.json cannot be read: ./demo rca ask says more.")
        }
        return sheet
    }
}
