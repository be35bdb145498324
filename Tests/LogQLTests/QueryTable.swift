import Foundation

/// The tables of queries, for people to read: blocks of a query and what is said of it.
enum QueryTable {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expressions")

    /// A query and the lines behind it that begin with a mark.
    struct Entry: Sendable {
        let query: String
        let answers: [String]
    }

    /// The blocks of a file.
    ///
    /// - Parameter mark: What the lines of an answer begin with, such as `= `.
    static func entries(of file: String, mark: String) throws -> [Entry] {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return text.split(separator: "\n\n").compactMap { block in
            let lines = block.split(separator: "\n").filter { !$0.hasPrefix("# ") }
            let answers = lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
            let query = lines.filter { !$0.hasPrefix(mark) }.joined(separator: "\n")
            return query.isEmpty ? nil : Entry(query: query, answers: answers)
        }
    }
}
