/// The end of a run, as a person reads it in a terminal.
package struct SummaryTable {
    package let summary: LoadSummary
    /// What was done, in a line.
    package let heading: String

    /// Creates a table.
    package init(summary: LoadSummary, heading: String) {
        self.summary = summary
        self.heading = heading
    }

    /// All lines.
    package var text: String {
        var lines = [heading, ""]
        lines += rows(
            [["class", "visits", "requests", "errors", "", "5xx", "p50", "p90", "p99", "p99.9", "max", "service p99"]]
                + (summary.classes + [summary.total]).map(row)
        )
        lines.append("")
        lines += rows(
            [["step", "", "requests", "errors", "", "5xx", "p50", "p90", "p99", "p99.9", "max", "service p99"]]
                + summary.steps.map(row)
        )
        let generator = summary.generator
        lines += [
            "", "Response times count from the moment at which a request was due; service times from its sending.",
        ]
        if generator.pacing.count > 0 {
            lines.append(
                "Starts: p50 \(milliseconds(generator.pacing.p50)) and p99 \(milliseconds(generator.pacing.p99)) after "
                    + "they were due; \(generator.lateStarts) more than 10 ms late"
                    + (generator.lateStarts > 0 ? ", the worst by \(milliseconds(generator.pacing.max))." : ".")
            )
        }
        if generator.skippedStarts > 0 {
            lines.append("\(generator.skippedStarts) visits were not started: too many were still running.")
        }
        for result in summary.thresholds {
            let value = result.value.map { "is \(Self.short($0))" } ?? "has nothing to count"
            lines.append("\(result.crossed ? "CROSSED" : "kept   ")  \(result.threshold)  (\(value))")
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ part: LoadSummary.Part) -> [String] {
        [
            part.name, part.visits > 0 ? "\(part.visits)" : "", "\(part.requests)", "\(part.errors)",
            Self.percent(part.errorRate), "\(part.serverErrors)", milliseconds(part.response.p50),
            milliseconds(part.response.p90), milliseconds(part.response.p99), milliseconds(part.response.p999),
            milliseconds(part.response.max), milliseconds(part.service.p99),
        ]
    }

    /// The first column to the left, the others to the right.
    private func rows(_ cells: [[String]]) -> [String] {
        let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
    }

    private func milliseconds(_ value: Double) -> String { Milliseconds.text(Int64(value * 1e6)) }

    /// A share with two digits behind the point.
    package static func percent(_ share: Double) -> String { "\(short((share * 10_000).rounded() / 100)) %" }

    /// A number with at most three digits behind the point.
    package static func short(_ value: Double) -> String {
        let thousandths = (value * 1_000).rounded() / 1_000
        return thousandths == thousandths.rounded() && abs(thousandths) < 1e15
            ? "\(Int(thousandths))" : "\(thousandths)"
    }
}
