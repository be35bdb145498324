import LogQL
import PromQL
import SeededRandom
import Testing

/// What must hold whatever the lines are.
@Suite("LogQL's laws")
struct LawTests {
    /// Lines of some services at random times, as logfmt, with a trace now and then.
    private func entries(_ seed: UInt64) -> [LogEntry] {
        var random = SplitMix64(seed: seed)
        var entries: [LogEntry] = []
        for service in ["a", "b", "c"] {
            var time: Int64 = 0
            while time < 600 {
                time += Int64.random(in: 0...20, using: &random)
                let level = ["info", "warn", "error"][Int.random(in: 0..<3, using: &random)]
                let value = Int.random(in: 0...99, using: &random)
                let trace = Int.random(in: 0..<4, using: &random)
                entries.append(
                    LogEntry(
                        timestamp: time * 1_000_000_000 + Int64.random(in: 0..<1_000_000_000, using: &random),
                        line: "level=\(level) v=\(value) msg=\"line \(value % 7)\"",
                        stream: ["service_name": service, "env": service == "c" ? "test" : "prod"],
                        metadata: trace == 0 ? [Label(name: "trace_id", value: "t\(value % 3)")] : []
                    )
                )
            }
        }
        return entries.sorted { $0.timestamp < $1.timestamp }
    }

    @Test(
        "Two queries give the same",
        arguments: [
            ("sum(rate({env=~\".+\"}[2m])) * 120", "sum(count_over_time({env=~\".+\"}[2m]))"),
            ("sum(bytes_rate({env=~\".+\"}[2m])) * 120", "sum(bytes_over_time({env=~\".+\"}[2m]))"),
            (
                "sum(sum by (service_name) (count_over_time({env=~\".+\"}[2m])))",
                "sum(count_over_time({env=~\".+\"}[2m]))"
            ),
            (
                "sum(count_over_time({env=~\".+\"} |= \"error\" [2m])) + sum(count_over_time({env=~\".+\"} != \"error\" [2m]))",
                "sum(count_over_time({env=~\".+\"}[2m]))"
            ),
            (
                "sum(count_over_time({env=~\".+\"} |~ \"warn|error\" [2m]))",
                "sum(count_over_time({env=~\".+\"} |= \"warn\" or \"error\" [2m]))"
            ),
            (
                "sum(count_over_time({env=~\".+\"} |= \"level=error\" [2m]))",
                "sum(count_over_time({env=~\".+\"} | logfmt | level=\"error\" [2m]))"
            ),
            (
                "sum by (level) (count_over_time({env=~\".+\"} | logfmt [2m]))",
                "sum by (level) (count_over_time({env=~\".+\"} | pattern \"level=<level> <_>\" [2m]))"
            ),
            (
                "sum by (level) (count_over_time({env=~\".+\"} | logfmt [2m]))",
                "sum by (level) (count_over_time({env=~\".+\"} | regexp \"level=(?P<level>[a-z]+)\" [2m]))"
            ),
            (
                "sum by (service_name) (count_over_time({env=~\".+\"}[2m]))",
                "sum by (service_name) (count_over_time({env=~\".+\"} | drop trace_id, env [2m]))"
            ),
            (
                "count_over_time({env=~\".+\"} | keep service_name [2m])",
                "sum by (service_name) (count_over_time({env=~\".+\"}[2m]))"
            ),
            (
                "sum(count_over_time({env=~\".+\"} | trace_id!=\"\" [2m]))",
                "sum(sum by (trace_id) (count_over_time({env=~\".+\"} | trace_id=~\"t.\" [2m])))"
            ),
            (
                "sum(sum_over_time({env=~\".+\"} | logfmt | unwrap v [2m]))",
                "sum(avg_over_time({env=~\".+\"} | logfmt | unwrap v [2m]) by (service_name) * "
                    + "on (service_name) sum by (service_name) (count_over_time({env=~\".+\"}[2m])))"
            ),
            (
                "quantile_over_time(1, {env=~\".+\"} | logfmt | unwrap v [2m]) by (service_name)",
                "max_over_time({env=~\".+\"} | logfmt | unwrap v [2m]) by (service_name)"
            ),
            (
                "quantile_over_time(0, {env=~\".+\"} | logfmt | unwrap v [2m]) by (service_name)",
                "min_over_time({env=~\".+\"} | logfmt | unwrap v [2m]) by (service_name)"
            ),
            (
                "stddev_over_time({env=~\".+\"} | logfmt | unwrap v [2m]) by (service_name) ^ 2",
                "stdvar_over_time({env=~\".+\"} | logfmt | unwrap v [2m]) by (service_name)"
            ),
            (
                "rate({env=~\".+\"} | logfmt | keep v, service_name | unwrap v [2m]) * 120",
                "sum_over_time({env=~\".+\"} | logfmt | keep v, service_name | unwrap v [2m])"
            ),
            (
                "count_over_time({env=~\".+\"}[2m]) unless absent_over_time({env=~\".+\"}[2m])",
                "count_over_time({env=~\".+\"}[2m])"
            ),
        ]
    )
    func equalities(_ one: String, _ other: String) async throws {
        for seed: UInt64 in 1...5 {
            for counts in [false, true] {
                let source = InMemoryLogSource(entries: entries(seed), counts: counts)
                for times in [ExpressionTable.Times.instant(300), .range(start: 0, end: 700, step: 37)] {
                    let left = await ExpressionTable.lines(of: one, times, over: source)
                    let right = await ExpressionTable.lines(of: other, times, over: source)
                    #expect(Self.agree(left, right), "seed \(seed): \(left) and \(right)")
                }
            }
        }
    }

    /// Sums are taken in other orders, so the last digits may differ.
    private static func agree(_ left: [String], _ right: [String]) -> Bool {
        func words(_ lines: [String]) -> [Substring] { lines.sorted().flatMap { $0.split(separator: " ") } }
        let (one, other) = (words(left), words(right))
        return one.count == other.count
            && zip(one, other).allSatisfy { left, right in
                if left == right { return true }
                guard let a = Double(left), let b = Double(right) else { return false }
                return (a - b).magnitude <= 1e-9 * max(1, a.magnitude)
            }
    }

    @Test("A query at steps is the query at each step")
    func steps() async throws {
        for query in [
            "sum by (service_name) (count_over_time({env=~\".+\"}[90s]))",
            "max_over_time({env=~\".+\"} | logfmt | unwrap v [45s]) by (service_name)",
            "sum(rate({env=\"prod\"} |= \"warn\" [1m] offset 10s))",
        ] {
            let source = InMemoryLogSource(entries: entries(9), counts: true)
            let (start, end, step): (Int64, Int64, Int64) = (20, 640, 31)
            let lines = await ExpressionTable.lines(of: query, .range(start: start, end: end, step: step), over: source)
            for (number, time) in stride(from: start, through: end, by: Int(step)).enumerated() {
                let instant = await ExpressionTable.lines(of: query, .instant(time), over: source)
                // Labels have spaces in them: the values are the last words.
                let count = Int((end - start) / step) + 1
                let column = lines.compactMap { line -> String? in
                    let words = line.split(separator: " ")
                    let value = words[words.count - count + number]
                    return value == "_" ? nil : (words.dropLast(count) + [value]).joined(separator: " ")
                }
                #expect(column == instant, "\(query) at \(time)")
            }
        }
    }

    @Test("Both directions give the same lines, the other way round")
    func directions() async throws {
        let source = InMemoryLogSource(entries: entries(3))
        let query = "{env=~\".+\"} | logfmt | v > 50"
        let forward = await ExpressionTable.lines(
            of: query,
            .lines(from: 100, to: 300, .forward, limit: 5000, interval: 0),
            over: source
        )
        let backward = await ExpressionTable.lines(
            of: query,
            .lines(from: 100, to: 300, .backward, limit: 5000, interval: 0),
            over: source
        )
        #expect(!forward.isEmpty && forward == backward.reversed())
    }

    // MARK: - Queries at random

    @Test("What is printed is read as the same query, whatever it is")
    func roundTrip() throws {
        var random = SplitMix64(seed: 20)
        for _ in 0..<1_000 {
            let text = RandomQuery.text(&random)
            do {
                let tree = try LogQLParser().parse(text)
                #expect(try LogQLParser().parse(tree.description) == tree, "\(text)")
                #expect(try LogQLParser().parse(tree.formatted()) == tree, "\(text)")
            } catch {
                Issue.record("\(text): \(error)")
            }
        }
    }

    @Test("Queries of half a query are refused or read, and never more")
    func halves() {
        var random = SplitMix64(seed: 21)
        for _ in 0..<2_000 {
            let text = RandomQuery.text(&random)
            let cut = text.unicodeScalars.prefix(Int.random(in: 0...text.unicodeScalars.count, using: &random))
            _ = try? LogQLParser().parse(String(Substring(cut)))
        }
    }
}

/// Queries that are right, at random.
private enum RandomQuery {
    static func text(_ random: inout SplitMix64) -> String {
        Bool.random(using: &random) ? log(&random) : metric(&random, depth: 3)
    }

    private static func pick(_ choices: [String], _ random: inout SplitMix64) -> String {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    private static func log(_ random: inout SplitMix64) -> String {
        let matchers = ["a=\"b\"", "a=\"b\",c!=\"d\"", "x=~\"y.+\"", "a=\"\\\"\", b!~`\\d`"]
        var text = "{\(pick(matchers, &random))}"
        for _ in 0..<Int.random(in: 0...4, using: &random) { text += " " + stage(&random) }
        return text
    }

    private static func stage(_ random: inout SplitMix64) -> String {
        pick(
            [
                "|= \"x\"", "!= `y` or \"z\"", "|~ \"a|b\"", "!~ \"c\\\\d\"", "|> \"<_> x\"", "|= ip(\"10.0.0.0/8\")",
                "| json",
                "| json a=\"b.c[0]\", d", "| logfmt --strict", "| logfmt x=\"y\"", "| regexp `(?P<n>\\d+)`",
                "| pattern \"<a> <_>\"", "| unpack", "| decolorize", "| drop a, b=\"c\"", "| keep a, b=\"c\"",
                "| line_format \"{{.a | upper}}\"", "| label_format a=b, c=\"{{.d}}\"",
                "| \(filter(&random, depth: 3))",
            ],
            &random
        )
    }

    private static func filter(_ random: inout SplitMix64, depth: Int) -> String {
        guard depth > 0, Bool.random(using: &random) else {
            return pick(["a=\"b\"", "c > 5", "d <= 1.5s", "e != 20MB", "f=~`g.*`", "h=ip(\"::1\")"], &random)
        }
        let joint = pick([" and ", " or ", ", ", " "], &random)
        let (one, other) = (filter(&random, depth: depth - 1), filter(&random, depth: depth - 1))
        return Bool.random(using: &random) ? "(\(one)\(joint)\(other))" : "\(one)\(joint)\(other)"
    }

    private static func metric(_ random: inout SplitMix64, depth: Int) -> String {
        let range = pick(["[5m]", "[1h30m] offset 5m", "[90s] offset -1m", "[1500ms]"], &random)
        if depth == 0 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return "\(pick(["rate", "count_over_time", "bytes_rate"], &random))(\(log(&random)) \(range))"
            case 1: return "avg_over_time(\(log(&random)) | unwrap \(pick(["x", "bytes(y)"], &random)) \(range)) by (a)"
            case 2: return "quantile_over_time(0.9, \(log(&random)) \(range) | unwrap duration(x) | y=\"z\")"
            default: return pick(["1", "-2.5", "vector(3)"], &random)
            }
        }
        let inner = metric(&random, depth: depth - 1)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return "sum by (a, b) (\(inner))"
        case 1: return "topk without (c) (3, \(inner))"
        case 2: return "label_replace(\(inner), \"a\", \"$1\", \"b\", \"(.*)\")"
        case 3: return "(\(inner))"
        case 4: return "\(inner) \(pick(["+", "-", "*", "/", "%", "^", ">", "== bool"], &random)) vector(2)"
        default: return "sort(\(inner))"
        }
    }
}
