import HTTPCore
import LogQL
import PromQL
import TextCoding

extension LokiRoutes {
    /// The most fields, and values of one, that are listed where nothing is said of it.
    private static let mostFields = 1_000

    func detectedLabels(_ question: Question) async throws -> Response {
        let span = try LokiSpan(question, lookback: Self.lookback.labels)
        let matchers = question["query"] == nil ? [] : try requiredMatchers(question)
        var values: [String: Set<String>] = [:]
        for volume in try await catalogue.volumes(matchers, in: span.nanoseconds) {
            for label in volume.labels.pairs { values[label.name, default: []].insert(label.value) }
        }
        let sorted = values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.count) }
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"detectedLabels":["#.utf8)
            for (index, (name, count)) in sorted.enumerated() {
                stream.bytes.append(contentsOf: (index > 0 ? #",{"label":"# : #"{"label":"#).utf8)
                JSONText.append(name, to: &stream.bytes)
                stream.bytes.append(contentsOf: ",\"cardinality\":\(count)}".utf8)
            }
            stream.bytes.append(contentsOf: "]}".utf8)
        }
    }

    func detectedFields(_ question: Question) async throws -> Response {
        let limit = try Self.limit(question, default: Self.mostFields)
        let fields = try await fields(question)
        return AnswerStream.response(to: question) { stream in fields.append(limit: limit, to: &stream.bytes) }
    }

    func detectedFieldValues(_ question: Question) async throws -> Response {
        let limit = try Self.limit(question, default: Self.mostFields)
        let values = try await fields(question).values(of: question.part("name"))
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"values":"#.utf8)
            PrometheusInterface.append(Array(values.prefix(limit)), to: &stream.bytes)
            stream.bytes.append(contentsOf: ",\"limit\":\(limit)}".utf8)
        }
    }

    /// The fields of the newest lines.
    private func fields(_ question: Question) async throws -> DetectedFields {
        let text = try question.required("query")
        let query = try Self.naming("query") { () throws(LogQLParseError) in try LogQLParser().parse(text) }
        guard case .log(let selector) = query else {
            throw QueryFailure.invalid("fields are those of lines: only log selectors are supported")
        }
        let span = try LokiSpan(question, lookback: Self.lookback.queries)
        _ = try Self.step(question, span)
        let lineLimit = try question.count("line_limit") ?? 100
        guard (1...Self.mostLines).contains(lineLimit) else {
            throw QueryFailure.invalid("line_limit must be from 1 to \(Self.mostLines)")
        }
        let lines = try await LogQLEngine(limits: LogQLLimits(lineBytes: configuration.answerBytes)).lines(
            selector,
            from: span.start,
            to: span.end,
            direction: .backward,
            limit: lineLimit,
            over: TelemetryLogSource(database, configuration)
        )
        return DetectedFields(of: lines)
    }

    // MARK: - Patterns

    func patterns(_ question: Question) async throws -> Response {
        let span = try LokiSpan(question, lookback: Self.lookback.queries)
        let matchers = try requiredMatchers(question)
        let step = try Self.step(question, span)
        let patterns = try await LogPatterns(database: database).read(
            matchers,
            in: span.nanoseconds,
            step: max(step / 1_000, 10)
        )
        return LokiInterface.answer(to: question) { stream in
            stream.bytes.append(UInt8(ascii: "["))
            for (index, pattern) in patterns.enumerated() {
                stream.bytes.append(contentsOf: (index > 0 ? #",{"pattern":"# : #"{"pattern":"#).utf8)
                JSONText.append(pattern.text, to: &stream.bytes)
                stream.bytes.append(contentsOf: #","level":"#.utf8)
                JSONText.append(pattern.level, to: &stream.bytes)
                stream.bytes.append(contentsOf: #","samples":["#.utf8)
                for (number, sample) in pattern.samples.enumerated() {
                    if number > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                    stream.bytes.append(contentsOf: "[\(sample.seconds),\(sample.count)]".utf8)
                }
                stream.bytes.append(contentsOf: "]}".utf8)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(UInt8(ascii: "]"))
        }
    }
}
