import HTTPCore
import HTTPTypes
import LogQL
import PromQL

extension LokiRoutes {
    private var engine: LogQLEngine {
        LogQLEngine(
            limits: LogQLLimits(
                samples: configuration.samples,
                series: configuration.series,
                lineBytes: configuration.answerBytes
            )
        )
    }

    private static func parsed(_ question: Question) throws -> LogQuery {
        let text = try question.required("query")
        return try naming("query") { () throws(LogQLParseError) in try LogQLParser().parse(text) }
    }

    func query(_ question: Question) async throws -> Response {
        guard case .metric(let expression) = try Self.parsed(question) else {
            throw QueryFailure.invalid(
                "log queries are not supported as an instant query type, please change your query to a range query type"
            )
        }
        // Nothing to do with numbers, but looked at.
        _ = try Self.limit(question)
        _ = try Self.direction(question)
        let time = try question["time"].map { text throws(QueryFailure) in try LokiTime.instant(text, of: "time") }
        let statistics = LokiStatistics()
        let source = TelemetryLogSource(database, configuration)
        let result = try await engine.evaluate(expression, at: time ?? LokiTime.now, over: source)
        return Self.answer(to: question, result.value, statistics.ended(source))
    }

    func queryRange(_ question: Question) async throws -> Response {
        let query = try Self.parsed(question)
        let span = try LokiSpan(question, lookback: Self.lookback.queries)
        let (limit, direction) = (try Self.limit(question), try Self.direction(question))
        let statistics = LokiStatistics()
        let source = TelemetryLogSource(database, configuration)
        switch query {
        case .log(let selector):
            _ = try Self.step(question, span)
            let interval = try question["interval"].map { text throws(QueryFailure) in
                try LokiTime.duration(text, of: "interval")
            }
            guard interval ?? 0 >= 0 else { throw QueryFailure.invalid("interval must be >= 0") }
            let lines = try await engine.lines(
                selector,
                from: span.start,
                to: span.end,
                direction: direction,
                limit: limit,
                interval: interval ?? 0,
                over: source
            )
            return Self.answer(to: question, lines, statistics.ended(source, lines: lines.count))
        case .metric(let expression):
            if question["interval"] != nil {
                throw QueryFailure.invalid("interval is for queries of lines: numbers have a step")
            }
            let step = try Self.step(question, span)
            guard (span.end / 1_000_000 - span.start / 1_000_000) / step <= Self.mostPoints else {
                throw QueryFailure.invalid(
                    "exceeded maximum resolution of 11,000 points per time series. "
                        + "Try increasing the value of the step parameter"
                )
            }
            let result = try await engine.evaluate(
                expression,
                from: span.start,
                through: span.end,
                step: step,
                over: source
            )
            return Self.answer(to: question, result.value, statistics.ended(source))
        }
    }

    // MARK: - Parameters

    static func limit(_ question: Question, default usual: Int = 100) throws(QueryFailure) -> Int {
        guard let limit = try question.count("limit") else { return usual }
        guard limit > 0 else { throw .invalid("limit must be a positive value") }
        guard limit <= mostLines else {
            throw .invalid(
                "max entries limit per query exceeded, limit > max_entries_limit_per_query (\(limit) > \(mostLines))"
            )
        }
        return limit
    }

    private static func direction(_ question: Question) throws(QueryFailure) -> LogRequest.Direction {
        guard let text = question["direction"] else { return .backward }
        guard let direction = LogRequest.Direction(rawValue: text.lowercased()) else {
            throw .invalid("invalid direction '\(text.prefix(64))': there are forward and backward")
        }
        return direction
    }

    /// `step` in milliseconds; about 250 steps where there is none.
    static func step(_ question: Question, _ span: LokiSpan) throws(QueryFailure) -> Int64 {
        guard let text = question["step"] else {
            let length = Double(span.end) - Double(span.start)
            return Int64(max(1, (length / 250e9).rounded(.down))) * 1_000
        }
        let step = try LokiTime.duration(text, of: "step")
        guard step > 0 else {
            throw .invalid("zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        guard step >= 1_000_000 else { throw .invalid("step must be at least 1 millisecond") }
        return step / 1_000_000
    }

    // MARK: - Answers

    private static func answer(to question: Question, _ lines: [LogLine], _ statistics: LokiStatistics) -> Response {
        let flags = question.request.head.headerFields[.lokiResponseEncodingFlags] ?? ""
        let isCategorized = flags.split(separator: ",").contains { $0.filter { $0 != " " } == "categorize-labels" }
        let streams = LokiStreams(lines, isCategorized: isCategorized)
        return LokiInterface.answer(to: question) { stream in try await streams.write(statistics, to: stream) }
    }

    static func answer(
        to question: Question,
        _ value: QueryValue,
        _ statistics: LokiStatistics = LokiStatistics()
    ) -> Response {
        LokiInterface.answer(to: question) { stream in
            let ending = ",\"stats\":\(statistics.text)}"
            try await PrometheusValues.write(value, number: NumberFormat.plain, ending: ending, to: stream)
        }
    }
}

extension HTTPField.Name {
    /// Which forms of answers a client of Loki can read.
    static let lokiResponseEncodingFlags = HTTPField.Name("X-Loki-Response-Encoding-Flags") ?? .accept
}
