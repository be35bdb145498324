import ClickHouseHTTP
import HTTPCore
import ServiceKit
import TextCoding

/// What a search of Jaeger's clients looks for: spans that satisfy all of it, and their whole traces.
struct JaegerSearch: Sendable {
    /// The most traces of one answer: Jaeger's own page asks for 1500, and scripts for this many.
    static let mostTraces = 5_000
    /// The most tags of one search.
    private static let mostTags = 16
    /// How far back who names no start looks, in nanoseconds.
    private static let usualLookback: Int64 = 48 * 3_600_000_000_000

    /// The parameters of `GET /api/traces`.
    static let parameters = [
        "service", "operation", "start", "end", "lookback", "limit", "minDuration", "maxDuration", "tag", "tags",
        "traceID",
    ]
    /// The parameters of `GET /api/v3/traces`, in both spellings.
    static let thirdParameters = [
        "serviceName", "service_name", "operationName", "operation_name", "startTimeMin", "start_time_min",
        "startTimeMax", "start_time_max", "durationMin", "duration_min", "durationMax", "duration_max", "attributes",
        "searchDepth", "search_depth", "numTraces", "num_traces", "rawTraces", "raw_traces", "filter",
    ].map { "query." + $0 }

    let limit: Int
    let span: NanosecondSpan
    let condition: BoundSQL?

    /// Reads the parameters of `GET /api/traces`.
    init(_ question: Question) throws {
        limit = try Self.limit(question, "limit", default: 100)
        let now = WallClock.milliseconds * 1_000_000
        let end = try Self.microseconds(question, "end") ?? now
        // Jaeger's page says both; scripts say how far back alone.
        let lookback = try Self.lookback(question)
        let start = try Self.microseconds(question, "start") ?? end &- lookback
        span = NanosecondSpan(from: start, through: end)
        var tags: [(key: String, value: String)] = []
        for text in question.all("tag") where !text.isEmpty {
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
                throw QueryFailure.invalid(
                    "malformed 'tag' parameter, expecting key:value, received: \(Self.short(text))"
                )
            }
            tags.append((String(text[..<colon]), String(text[text.index(after: colon)...])))
        }
        for text in question.all("tags") where !text.isEmpty {
            tags += try Self.tags(text, parameter: "tags")
        }
        condition = try Self.condition(
            service: question["service"],
            operation: question["operation"],
            shortest: Self.duration(question, "minDuration"),
            longest: Self.duration(question, "maxDuration"),
            tags: tags
        )
    }

    /// Reads the parameters of `GET /api/v3/traces`, which have two spellings each.
    init(third question: Question) throws {
        func named(_ names: String...) -> String? {
            names.lazy.compactMap { question["query." + $0] }.first
        }
        guard named("filter") == nil else {
            throw QueryFailure.invalid("query.filter is not supported: use query.attributes")
        }
        limit = try Self.limit(
            question,
            ["query.searchDepth", "query.search_depth", "query.num_traces", "query.numTraces"]
                .first { question[$0] != nil } ?? "query.searchDepth",
            default: 100
        )
        guard let startText = named("startTimeMin", "start_time_min"),
            let endText = named("startTimeMax", "start_time_max")
        else { throw QueryFailure.invalid("startTimeMin and startTimeMax are required") }
        guard let start = RFC3339.milliseconds(startText) else {
            throw QueryFailure.invalid("malformed parameter query.startTimeMin: \(Self.short(startText))")
        }
        guard let end = RFC3339.milliseconds(endText) else {
            throw QueryFailure.invalid("malformed parameter query.startTimeMax: \(Self.short(endText))")
        }
        guard start < end else {
            throw QueryFailure.invalid("query.startTimeMin must be before query.startTimeMax")
        }
        let (milliseconds, bound) = (Int64(1_000_000), Int64.max / 1_000_000)
        span = NanosecondSpan(
            from: min(max(start, -bound), bound) * milliseconds,
            through: min(max(end, -bound), bound) * milliseconds
        )
        func duration(_ names: String...) throws -> Int64? {
            for name in names {
                if let duration = try Self.duration(question, "query." + name) { return duration }
            }
            return nil
        }
        condition = try Self.condition(
            service: named("serviceName", "service_name"),
            operation: named("operationName", "operation_name"),
            shortest: duration("durationMin", "duration_min"),
            longest: duration("durationMax", "duration_max"),
            tags: named("attributes").map { try Self.tags($0, parameter: "query.attributes") } ?? []
        )
    }

    private static func condition(
        service: String?,
        operation: String?,
        shortest: Int64?,
        longest: Int64?,
        tags: [(key: String, value: String)]
    ) throws -> BoundSQL? {
        if let shortest, let longest, longest < shortest {
            throw QueryFailure.invalid("'maxDuration' should be greater than 'minDuration'")
        }
        guard tags.count <= mostTags else {
            throw QueryFailure.invalid("a search may have \(mostTags) tags, and this has \(tags.count)")
        }
        var condition = BoundSQL("1 = 1")
        if let service {
            condition.append("AND ServiceName =")
            try condition.bind(service)
        }
        if let operation {
            condition.append("AND SpanName =")
            try condition.bind(operation)
        }
        if let shortest {
            condition.append("AND Duration >=")
            try condition.bind(shortest)
        }
        if let longest {
            condition.append("AND Duration <=")
            try condition.bind(longest)
        }
        for (key, value) in tags { try JaegerTagCondition.append(key, value, to: &condition) }
        return condition.parameters.isEmpty && tags.isEmpty ? nil : condition
    }

    // MARK: - Parameters

    /// Nanoseconds of a parameter in microseconds.
    static func microseconds(_ question: Question, _ name: String) throws(QueryFailure) -> Int64? {
        guard let text = question[name] else { return nil }
        guard let number = Int64(text) else {
            throw .invalid("unable to parse param '\(name)': \(short(text)) is not a whole number of microseconds")
        }
        let bound = Int64.max / 1_000
        return min(max(number, -bound), bound) * 1_000
    }

    /// `lookback` in nanoseconds; `custom` is what Jaeger's page says of a start that a person chose.
    private static func lookback(_ question: Question) throws(QueryFailure) -> Int64 {
        guard let text = question["lookback"] else { return usualLookback }
        if text == "custom", question["start"] != nil { return usualLookback }
        guard let milliseconds = try? PrometheusTime.duration(text, of: "lookback"), milliseconds > 0,
            milliseconds < 1 << 42
        else {
            throw .invalid("unable to parse param 'lookback': \(short(text)) is not a duration such as 1h or 2d")
        }
        return milliseconds * 1_000_000
    }

    private static func duration(_ question: Question, _ name: String) throws(QueryFailure) -> Int64? {
        guard let text = question[name] else { return nil }
        guard let nanoseconds = GoDuration.nanoseconds(text) else {
            throw .invalid(
                "unable to parse param '\(name)': \(short(text)) is not a duration such as 1.2s, 100ms or 500us"
            )
        }
        return nanoseconds
    }

    private static func limit(_ question: Question, _ name: String, default: Int) throws(QueryFailure) -> Int {
        guard let text = question[name] else { return `default` }
        guard let number = Int(text), number > 0 else {
            throw .invalid("unable to parse param '\(name)': \(short(text)) is not a whole number above 0")
        }
        guard number <= mostTraces else {
            throw .invalid("unable to parse param '\(name)': at most \(mostTraces) traces can be asked for at once")
        }
        return number
    }

    private static func tags(_ text: String, parameter: String) throws -> [(key: String, value: String)] {
        guard let tags = try? JSON.decode([String: String].self, from: Array(text.utf8)) else {
            throw QueryFailure.invalid("malformed '\(parameter)' parameter, expecting a JSON object of texts")
        }
        return tags.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func short(_ text: String) -> String {
        PrometheusTime.quoted(text)
    }
}
