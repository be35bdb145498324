import Foundation
import PromQL

/// The tables of expressions and what they give, one file a topic, for people to read:
///
/// ```
/// at 1800
/// sum(up)
/// = {} 3
///
/// from 0 to 120 step 60
/// up{instance="b"} == 1
/// = up{instance="b", job="api"} _ 1 1
/// ```
///
/// Times are seconds since the epoch. `_` is a step without a sample, `!` an error, `~` a warning or an info. What a line
/// that starts with `#` remarks is why a real Prometheus is not asked, or not asked for the warnings and infos.
enum ExpressionTable {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expressions")

    static var files: [URL] {
        get throws {
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "txt" }
                .sorted { $0.path < $1.path }
        }
    }

    static func entries(of file: URL) throws -> [Entry] {
        try entries(of: String(contentsOf: file, encoding: .utf8))
    }

    static func entries(of text: String) throws -> [Entry] {
        var entries: [Entry] = []
        for block in text.split(separator: "\n\n") {
            let all = block.split(separator: "\n").map(String.init)
            let remarks = all.filter { $0.hasPrefix("# ") }
            let lines = all.filter { !$0.hasPrefix("# ") }
            guard let head = lines.first, let times = QueryTimes(head) else { continue }
            let results = lines.dropFirst().filter { line in
                ["= ", "! ", "~ "].contains { line.hasPrefix($0) }
            }
            let query = lines.dropFirst().filter { !results.contains($0) }.joined(separator: "\n")
            entries.append(Entry(times: times, query: query, expected: Array(results), remarks: remarks))
        }
        return entries
    }

    /// An expression and the lines that it should give.
    struct Entry: Sendable {
        let times: QueryTimes
        let query: String
        let expected: [String]
        let remarks: [String]

        /// Whether a Prometheus of a version says the same beside the value: before 3 none says anything.
        func comparesNotes(withVersion majorVersion: Int) -> Bool {
            majorVersion >= 3 && !remarks.contains { $0.hasPrefix("# notes only here: ") }
        }

        /// Why a Prometheus of a version cannot say the same, as a remark has it: `# only 3: ...` or `# only here: ...`.
        func reasonToLeaveOut(of majorVersion: Int) -> String? {
            for remark in remarks {
                if remark.hasPrefix("# only here: ") { return String(remark.dropFirst(13)) }
                if majorVersion < 3, remark.hasPrefix("# only 3: ") { return String(remark.dropFirst(10)) }
            }
            return nil
        }
    }
}

/// When an expression is evaluated, in seconds since the epoch.
enum QueryTimes: Hashable, Sendable {
    case instant(Int64)
    case range(start: Int64, end: Int64, step: Int64)

    init?(_ text: String) {
        let words = text.split(separator: " ")
        let numbers = words.compactMap { Int64($0) }
        switch (words.first, numbers.count) {
        case ("at", 1): self = .instant(numbers[0])
        case ("from", 3): self = .range(start: numbers[0], end: numbers[1], step: numbers[2])
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .instant(let time): "at \(time)"
        case .range(let start, let end, let step): "from \(start) to \(end) step \(step)"
        }
    }
}
