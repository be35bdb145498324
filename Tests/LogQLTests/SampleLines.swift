import LinearRegex
import LogQL
import PromQL

/// The lines that the tables ask about: ten minutes of four services. Times are seconds since the epoch.
enum SampleLines {
    static let entries: [LogEntry] = (shop + stock + gate + odd).sorted { $0.timestamp < $1.timestamp }

    private static func entry(
        _ seconds: Int,
        _ stream: Labels,
        _ line: String,
        _ metadata: [(String, String)] = []
    ) -> LogEntry {
        LogEntry(
            timestamp: Int64(seconds) * 1_000_000_000,
            line: line,
            stream: stream,
            metadata: metadata.map { Label(name: $0.0, value: $0.1) }
        )
    }

    /// logfmt, every ten seconds; every third tells of an error, every second has a trace.
    private static let shop = (1...60).map { number in
        let (level, status) = number % 3 == 0 ? ("error", 500) : ("info", 200)
        return entry(
            number * 10,
            ["service_name": "shop", "env": "prod"],
            "level=\(level) path=/\(number % 2 == 0 ? "a" : "b") status=\(status) took=\(number * 10)ms size=\(number)KB "
                + "n=\(number) msg=\"order \(number) \(number % 3 == 0 ? "refused" : "placed")\"",
            number % 2 == 0 ? [("trace_id", "t\(number)")] : []
        )
    }

    /// JSON, every thirty seconds.
    private static let stock = (1...20).map { number in
        entry(
            number * 30,
            ["service_name": "stock", "env": "prod"],
            #"{"level":"info","code":\#(number),"resp":{"ms":\#(number * 5),"tags":["x","y\#(number)"]},"#
                + #""text":"item \"\#(number)\"","service_name":"other"}"#
        )
    }

    /// As web servers write it, every minute.
    private static let gate = (1...10).map { number in
        entry(
            number * 60,
            ["service_name": "gate", "env": "test"],
            "10.0.\(number % 4).\(number) - alice \"GET /p/\(number) HTTP/1.1\" \(number % 5 == 0 ? 404 : 200) \(number * 100)"
        )
    }

    /// What parsers have trouble with.
    private static let odd = [
        entry(1, ["service_name": "odd"], "{\"a\":1, broken"),
        entry(2, ["service_name": "odd"], "\u{1B}[31mred\u{1B}[0m alert"),
        entry(3, ["service_name": "odd"], ""),
        entry(4, ["service_name": "odd"], "a=1 =2 b=\"x\\\"y\" c d= 9e=5 a-b=c"),
        entry(5, ["service_name": "odd"], #"{"_entry":"inner line","pod":"p1","n":3}"#),
        entry(6, ["service_name": "odd"], "v=5s w=abc x=12"),
    ]
}

/// Lines in memory, with the matchers tested and nothing else.
struct InMemoryLogSource: LogSource {
    var entries = SampleLines.entries
    /// Whether it counts itself, as a database does.
    var counts = false

    func forEachEntry(_ request: LogRequest, _ body: (LogEntry) throws -> Bool) async throws {
        let chosen = entries.filter { entry in
            entry.timestamp >= request.from && entry.timestamp < request.to
                && request.matchers.allSatisfy { $0.matches(entry.stream[$0.name]) }
        }
        for entry in request.direction == .forward ? chosen : chosen.reversed() where try !body(entry) { return }
    }

    func forEachCount(_ request: LogCountRequest, _ body: (LogCount) throws -> Void) async throws -> Bool {
        guard counts else { return false }
        var found: [LogCount] = []
        for entry in entries where entry.timestamp > request.after && entry.timestamp <= request.through {
            guard request.matchers.allSatisfy({ $0.matches(entry.stream[$0.name]) }),
                request.conditions.allSatisfy({ Self.holds($0, entry) })
            else { continue }
            var labels = entry.stream
            for label in entry.metadata { labels[label.name] = label.value }
            if let grouping = request.grouping {
                labels = Labels(
                    sorted: labels.pairs.filter { grouping.labels.contains($0.name) != grouping.isWithout }
                )
            }
            let interval = Int((entry.timestamp - request.after - 1) / request.interval)
            let bytes = UInt64(entry.line.utf8.count)
            if let index = found.firstIndex(where: { $0.labels == labels && $0.interval == interval }) {
                found[index].lines += 1
                found[index].bytes += bytes
            } else {
                found.append(LogCount(labels: labels, interval: interval, lines: 1, bytes: bytes))
            }
        }
        // In no order, as a database gives them.
        for count in found.shuffled() { try body(count) }
        return true
    }

    private static func holds(_ condition: LogCondition, _ entry: LogEntry) -> Bool {
        switch condition {
        case .line(let filter):
            let isFound = filter.operands.contains { operand in
                switch operand {
                case .text(let text): return text.isEmpty || entry.line.contains(text)
                case .regex(let regex):
                    var matcher = regex.regex.matcher()
                    return matcher.matchesPart(of: entry.line)
                case .pattern, .address: return false
                }
            }
            return isFound != filter.operation.isNegative
        case .label(let filter): return holds(filter, entry)
        }
    }

    private static func holds(_ filter: LabelFilter, _ entry: LogEntry) -> Bool {
        switch filter {
        case .matcher(let matcher):
            let metadata = entry.metadata.first { $0.name == matcher.name }?.value ?? ""
            let value = entry.stream[matcher.name]
            return matcher.matches(value.isEmpty ? metadata : value)
        case .and(let one, let other): return holds(one, entry) && holds(other, entry)
        case .or(let one, let other): return holds(one, entry) || holds(other, entry)
        case .quantity, .address: return false
        }
    }
}
