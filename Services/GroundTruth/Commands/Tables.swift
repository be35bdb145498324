/// Columns of text, each as wide as its widest cell.
struct TextTable: CustomStringConvertible {
    private var rows: [[String]]

    init(_ heading: [String]) {
        rows = [heading]
    }

    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    var description: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
                .trimmingTrailingSpaces
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

/// The labels of a run, a line each.
struct LabelTable: CustomStringConvertible {
    private let labels: [IncidentLabel]

    init(_ labels: [IncidentLabel]) {
        self.labels = labels
    }

    var description: String {
        var table = TextTable(["question", "incident", "root", "sli", "before", "during", "h", "traces", "valid"])
        for label in labels {
            let root = label.root.first.map { "\($0.service) \($0.mechanism)" } ?? "nothing"
            let impact = label.impact
            table.add([
                label.question, label.scenario, root, impact?.sli ?? "-", impact.map { "\($0.before)" } ?? "-",
                impact.map { "\($0.during)" } ?? "-", impact.map { "\($0.effect.value)" } ?? "-",
                label.scope.map { "\($0.affectedTraceCount)" } ?? "-", label.valid ? "yes" : "no",
            ])
        }
        let reasons = labels.flatMap { label in label.reasons.map { "  \(label.question) is not valid: \($0)" } }
        let made = labels.contains { $0.made == true } ? ["  made: the shop did not live through this"] : []
        return ([table.description] + reasons + made).joined(separator: "\n") + "\n"
    }
}

/// A method's scores, a line an incident and one for the means.
struct ScoreTable: CustomStringConvertible {
    private let report: ScoreReport
    private let level: Level

    init(_ report: ScoreReport, level: Level) {
        self.report = report
        self.level = level
    }

    var description: String {
        var table = TextTable(["", "exact", "any", "ac@1", "path", "p@full recall", "time", "error s", ""])
        func figures(_ score: IncidentScore.AtLevel, _ path: Double, _ time: Double, _ error: Double?) -> [String] {
            [score.exact, score.any, score.first, path, score.precisionAtFullRecall, time].map { Self.text($0) }
                + [error.map { Self.text($0) } ?? "-"]
        }
        for score in report.scores {
            let note = !score.valid ? "void" : report.tooEasy.contains(score.scenario) ? "too easy" : ""
            table.add(
                ["\(score.question) \(score.scenario)"]
                    + figures(score.at(level), score.pathGrounded, score.time, score.timeError) + [note]
            )
        }
        let means = report.means
        table.add(
            ["mean of \(means.count)"] + figures(means.at(level), means.pathGrounded, means.time, means.timeError) + [
                ""
            ]
        )
        let easy = report.tooEasy.map { "\($0) is too easy: the service with most errors is its root cause\n" }.joined()
        return "\(report.method), by \(level.rawValue)\n\(table)\n\(easy)"
    }

    /// At most three digits after the point, and none that are zero.
    private static func text(_ value: Double) -> String {
        let rounded = (value * 1e3).rounded() / 1e3
        return rounded == rounded.rounded() ? String(Int64(rounded)) : String(rounded)
    }
}
