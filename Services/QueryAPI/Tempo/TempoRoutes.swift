import HTTPCore
import HTTPTypes
import TextCoding
import TraceQL

/// Tempo's API, at `/tempo/api` and again at `/api`, where only a trace by its id is shared with Jaeger: who asks there
/// for protobuf means Tempo.
struct TempoRoutes: Sendable {
    /// The most traces of one answer.
    private static let mostTraces = 1_000
    /// The most spans of one trace in one answer.
    private static let mostSpans = 100
    /// The most names or values of one answer.
    private static let mostTags = 10_000

    let database: TelemetryDatabase
    let configuration: QueryConfiguration
    let frame: QueryFrame

    /// Adds all routes.
    func add(to router: inout Router) {
        for prefix in ["", "/tempo"] {
            let api = prefix + "/api"
            router.get(api + "/echo") { _, _ in TempoInterface.text("echo") }
            add(&router, api + "/status/buildinfo", [], build)
            add(&router, api + "/v2/traces/{id}", TempoTrace.parameters) { question in
                try await TempoTrace.answer(to: question, .second, database, configuration)
            }
            let range = ["start", "end"]
            add(&router, api + "/search", ["q", "tags", "minDuration", "maxDuration", "limit", "spss"] + range, search)
            add(&router, api + "/search/tags", ["scope", "q", "limit"] + range, tags)
            add(&router, api + "/v2/search/tags", ["scope", "q", "limit"] + range, scopedTags)
            add(&router, api + "/search/tag/{name...}", ["q", "limit"] + range, values)
            add(&router, api + "/v2/search/tag/{name...}", ["q", "limit"] + range, typedValues)
            // There are no exemplars: whatever number is asked for is an upper bound.
            add(&router, api + "/metrics/query_range", ["q", "step", "exemplars"] + range) { question in
                try await metrics(question, isInstant: false)
            }
            add(&router, api + "/metrics/query", ["q"] + range) { try await metrics($0, isInstant: true) }
        }
        add(&router, "/tempo/api/traces/{id}", TempoTrace.parameters) { question in
            try await TempoTrace.answer(to: question, .first, database, configuration)
        }
        for path in ["/tempo/ready", "/tempo", "/tempo/"] {
            router.get(path) { _, _ in TempoInterface.text("ready\n") }
        }
    }

    private func add(
        _ router: inout Router,
        _ template: String,
        _ names: [String],
        _ handler: @escaping @Sendable (Question) async throws -> Response
    ) {
        frame.add(TempoInterface.self, to: &router, .get, template, accepting: names, handler)
    }

    private func build(_ question: Question) async throws -> Response {
        AnswerStream.response(to: question) { stream in
            stream.bytes.append(
                contentsOf: (#"{"version":"2.8.0","revision":"faultline","branch":"","buildUser":"","#
                    + #""buildDate":"","goVersion":""}"#).utf8
            )
        }
    }

    // MARK: - Searches

    private func search(_ question: Question) async throws -> Response {
        let limit = try question.number("limit", default: 20, in: 1...Self.mostTraces)
        let most = try question.number("spss", default: 3, in: 1...Self.mostSpans)
        let span = try question.tempoSpan()
        let query: TraceQuery
        if question["q"] != nil {
            for name in ["tags", "minDuration", "maxDuration"] where question[name] != nil {
                throw QueryFailure.invalid("invalid parameter \"\(name)\": it cannot be combined with q")
            }
            query = try question.traceQL()
        } else {
            query = try TempoTagSearch.query(
                tags: question["tags"],
                shortest: duration(question, "minDuration"),
                longest: duration(question, "maxDuration")
            )
        }
        let search = try TempoSearch(query, in: span)
        let traces = try await search.run(limit, database)
        let summaries = try await TraceSummary.read(traces.map(\.traceID), from: database)
        let spans = Dictionary(traces.map { ($0.traceID, $0.spans) }) { first, _ in first }
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"traces":["#.utf8)
            for (index, summary) in summaries.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                TempoSearchText.append(
                    summary,
                    spans[summary.traceID] ?? [],
                    search.fields,
                    most: most,
                    to: &stream.bytes
                )
                try await stream.sendIfLarge()
            }
            stream.bytes.append(contentsOf: #"],"metrics":{}}"#.utf8)
        }
    }

    private func duration(_ question: Question, _ name: String) throws -> Int64? {
        guard let text = question[name] else { return nil }
        guard let nanoseconds = GoDuration.nanoseconds(text) else {
            throw QueryFailure.invalid("invalid parameter \"\(name)\": it must be a duration such as 1.2s or 100ms")
        }
        return nanoseconds
    }

    private func metrics(_ question: Question, isInstant: Bool) async throws -> Response {
        _ = try question.number("exemplars", default: 0, in: 0...10_000)
        let span = try question.tempoSpan()
        let query = try question.traceQL()
        let step = isInstant ? nil : try question.step(of: span)
        let metrics = try TempoMetrics(query, in: span, step: step)
        let answer = try await metrics.answer(configuration.series, database)
        return AnswerStream.response(to: question) { $0.bytes.append(contentsOf: answer) }
    }

    // MARK: - Tags

    private func found(_ question: Question, scope: String?) async throws -> [(scope: String, names: [String])] {
        let limit = try question.number("limit", default: 1_000, in: 0...Self.mostTags)
        let tags = try TempoTags(question["q"], in: try question.tempoSpan())
        if let scope, scope != "none", !TempoTags.scopes.contains(scope) {
            throw QueryFailure.invalid(
                "invalid parameter \"scope\": it must be one of none, \(TempoTags.scopes.joined(separator: ", "))"
            )
        }
        var found: [(scope: String, names: [String])] = []
        for each in TempoTags.scopes where scope == nil || scope == "none" || scope == each {
            let names = try await tags.names(in: each, limit == 0 ? Self.mostTags : limit, database)
            if !names.isEmpty { found.append((each, names)) }
        }
        return found
    }

    private func tags(_ question: Question) async throws -> Response {
        let found = try await self.found(question, scope: question["scope"])
        let names = Set(found.filter { $0.scope != "intrinsic" }.flatMap(\.names)).sorted()
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"tagNames":"#.utf8)
            PrometheusInterface.append(names, to: &stream.bytes)
            stream.bytes.append(contentsOf: #","metrics":{}}"#.utf8)
        }
    }

    private func scopedTags(_ question: Question) async throws -> Response {
        let found = try await self.found(question, scope: question["scope"])
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"scopes":["#.utf8)
            for (index, each) in found.enumerated() {
                let comma = index > 0 ? "," : ""
                stream.bytes.append(contentsOf: "\(comma){\"name\":\"\(each.scope)\",\"tags\":".utf8)
                PrometheusInterface.append(each.names, to: &stream.bytes)
                stream.bytes.append(UInt8(ascii: "}"))
            }
            stream.bytes.append(contentsOf: #"],"metrics":{}}"#.utf8)
        }
    }

    /// The values of the tag in the path, `{name}/values`; a name may have slashes.
    private func values(of question: Question, isFirst: Bool) async throws -> [TempoTags.Value] {
        let ending = "/values"
        let path = question.part("name")
        guard path.hasSuffix(ending), path.count > ending.count else {
            throw QueryFailure.notFound("there is /api/search/tag/{name}/values only")
        }
        let name = String(path.dropLast(ending.count))
        let limit = try question.number("limit", default: 1_000, in: 0...Self.mostTags)
        let tags = try TempoTags(question["q"], in: try question.tempoSpan())
        return try await tags.values(
            of: try Self.field(name, isFirst: isFirst),
            limit == 0 ? Self.mostTags : limit,
            database
        )
    }

    /// The first generation names attributes without a scope.
    private static func field(_ name: String, isFirst: Bool) throws -> Field {
        do { return try Field(parsing: name) } catch {
            if isFirst { return .attribute(.any, name) }
            throw QueryFailure.invalid("invalid tag name: \(error)")
        }
    }

    private func values(_ question: Question) async throws -> Response {
        let values = try await self.values(of: question, isFirst: true)
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"tagValues":"#.utf8)
            PrometheusInterface.append(values.map(\.text), to: &stream.bytes)
            stream.bytes.append(contentsOf: #","metrics":{}}"#.utf8)
        }
    }

    private func typedValues(_ question: Question) async throws -> Response {
        let values = try await self.values(of: question, isFirst: false)
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"tagValues":["#.utf8)
            for (index, value) in values.enumerated() {
                let comma = index > 0 ? "," : ""
                stream.bytes.append(contentsOf: "\(comma){\"type\":\"\(value.type)\",\"value\":".utf8)
                JSONText.append(value.text, to: &stream.bytes)
                stream.bytes.append(UInt8(ascii: "}"))
            }
            stream.bytes.append(contentsOf: #"],"metrics":{}}"#.utf8)
        }
    }
}
