import FoundationEssentials

/// `answers/METHOD.json`: the answers of one method. A question that has one is closed.
struct AnswerFile: Sendable {
    let path: String
    let method: String

    /// The answers that were handed in.
    ///
    /// - Throws: ``ToolRefusal`` for a file that cannot be read.
    func answers() throws(ToolRefusal) -> [JSONValue] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        guard let answers = JSONValue(data)?["answers"]?.elements else {
            throw ToolRefusal("The answers that were handed in cannot be read: somebody has changed their file.")
        }
        return answers
    }

    /// The questions that have an answer.
    ///
    /// - Throws: ``ToolRefusal`` as ``answers()`` does.
    func closed() throws(ToolRefusal) -> Set<String> {
        Set(try answers().compactMap { $0["question"]?.text })
    }

    /// Adds an answer. It is wholly there or not at all.
    ///
    /// - Throws: ``ToolRefusal``.
    func add(_ answer: JSONValue) throws(ToolRefusal) {
        let sheet: JSONValue = ["method": .text(method), "answers": .array(try answers() + [answer])]
        do {
            let file = URL(filePath: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(sheet.bytes + [UInt8(ascii: "\n")]).write(to: file, options: .atomic)
        } catch {
            throw ToolRefusal("The answer could not be written down, so it does not count: try again.")
        }
    }
}
