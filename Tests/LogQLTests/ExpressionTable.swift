import Foundation
import LogQL
import PromQL

/// The tables of queries and what they give over ``SampleLines``, one file a topic, for people to read:
///
/// ```
/// lines 0 30
/// {service_name="shop"} |= "refused"
/// = 30 {env="prod", service_name="shop"} level=error ...
///
/// at 60
/// sum(count_over_time({service_name="shop"}[1m]))
/// = {} 6
///
/// from 60 to 120 step 30
/// count_over_time({service_name="gate"}[1m])
/// = {env="test", service_name="gate"} 1 _ 1
/// ```
///
/// Times are seconds since the epoch. `_` is a step without a sample, `!` an error.
enum ExpressionTable {
    enum Times: Hashable, Sendable {
        case lines(from: Int64, to: Int64, LogRequest.Direction, limit: Int, interval: Int64)
        case instant(Int64)
        case range(start: Int64, end: Int64, step: Int64)

        init?(_ text: String) {
            let words = text.split(separator: " ")
            let numbers = words.compactMap { Int64($0) }
            func number(after word: Substring) -> Int64? {
                words.firstIndex(of: word).flatMap { $0 + 1 < words.count ? Int64(words[$0 + 1]) : nil }
            }
            switch words.first {
            case "lines":
                guard numbers.count >= 2 else { return nil }
                self = .lines(
                    from: numbers[0],
                    to: numbers[1],
                    words.contains("backward") ? .backward : .forward,
                    limit: Int(number(after: "limit") ?? 1000),
                    interval: number(after: "interval") ?? 0
                )
            case "at":
                guard numbers.count == 1 else { return nil }
                self = .instant(numbers[0])
            case "from":
                guard numbers.count == 3 else { return nil }
                self = .range(start: numbers[0], end: numbers[1], step: numbers[2])
            default: return nil
            }
        }
    }

    struct Entry: Sendable {
        let head: String
        let times: Times
        let query: String
        let expected: [String]
        let remarks: [String]
    }

    static var files: [URL] {
        get throws {
            try FileManager.default.contentsOfDirectory(at: QueryTable.folder, includingPropertiesForKeys: nil)
                .filter {
                    $0.pathExtension == "txt" && !["accepted.txt", "refused.txt"].contains($0.lastPathComponent)
                }
                .sorted { $0.path < $1.path }
        }
    }

    static func entries(of file: URL) throws -> [Entry] {
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.split(separator: "\n\n").compactMap { block in
            let all = block.split(separator: "\n").map(String.init)
            let remarks = all.filter { $0.hasPrefix("# ") }
            let lines = all.filter { !$0.hasPrefix("# ") }
            guard let head = lines.first, let times = Times(head) else { return nil }
            let expected = lines.dropFirst().filter { $0.hasPrefix("= ") || $0.hasPrefix("! ") }
            let query = lines.dropFirst().filter { !expected.contains($0) }.joined(separator: "\n")
            return Entry(head: head, times: times, query: query, expected: Array(expected), remarks: remarks)
        }
    }

    /// What a query gives, as the tables have it.
    static func lines(of query: String, _ times: Times, over source: any LogSource) async -> [String] {
        let second: Int64 = 1_000_000_000
        let engine = LogQLEngine()
        do {
            switch (try LogQLParser().parse(query), times) {
            case (.log(let selector), .lines(let from, let to, let direction, let limit, let interval)):
                let lines = try await engine.lines(
                    selector,
                    from: from * second,
                    to: to * second,
                    direction: direction,
                    limit: limit,
                    interval: interval * second,
                    over: source
                )
                return lines.map { line in
                    let labels = line.labels.map { "\($0.name)=\(Quoting.quote($0.value))" }
                    return
                        "= \(line.timestamp / second) {\(labels.joined(separator: ", "))} \(Quoting.quote(line.line))"
                }
            case (.metric(let expression), .instant(let time)):
                return lines(of: try await engine.evaluate(expression, at: time * second, over: source).value)
            case (.metric(let expression), .range(let start, let end, let step)):
                let result = try await engine.evaluate(
                    expression,
                    from: start * second,
                    through: end * second,
                    step: step * 1000,
                    over: source
                )
                return lines(of: result.value, steps: Array(stride(from: start, through: end, by: Int(step))))
            default: return ["! the query and the times do not go together"]
            }
        } catch {
            return ["! \("\(error)".split(separator: "\n")[0])"]
        }
    }

    private static func lines(of value: QueryValue, steps: [Int64] = []) -> [String] {
        switch value {
        case .scalar(let number, _): ["= scalar \(NumberFormat.plain(number))"]
        case .string(let text, _): ["= \(text)"]
        case .vector(let samples, _): samples.map { "= \($0.labels) \(NumberFormat.plain($0.value))" }
        case .matrix(let series):
            series.map { series in
                let values = steps.map { step in
                    series.timestamps.firstIndex(of: step * 1000).map { NumberFormat.plain(series.values[$0]) } ?? "_"
                }
                return "= \(series.labels) \(values.joined(separator: " "))"
            }
        }
    }
}
