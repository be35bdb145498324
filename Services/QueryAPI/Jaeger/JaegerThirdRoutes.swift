import ClickHouseHTTP
import HTTPCore
import HTTPTypes
import OTLP
import TextCoding

/// Jaeger's third JSON API, at `/api/v3` and again at `/jaeger/api/v3`: what its own page calls since version 2.19.
struct JaegerThirdRoutes: Sendable {
    let database: TelemetryDatabase
    let configuration: QueryConfiguration
    let frame: QueryFrame

    private var finder: TraceFinder { TraceFinder(database: database) }

    /// Adds all routes.
    func add(to router: inout Router) {
        for prefix in ["", "/jaeger"] {
            let api = prefix + "/api/v3"
            add(&router, api + "/services", [], services)
            add(&router, api + "/operations", ["service", "spanKind", "span_kind"], operations)
            add(&router, api + "/trace-summaries", JaegerSearch.thirdParameters, summaries)
            add(&router, api + "/traces", JaegerSearch.thirdParameters, search)
            add(
                &router,
                api + "/traces/{id}",
                ["startTime", "endTime", "rawTraces", "start_time", "end_time", "raw_traces"],
                trace
            )
        }
    }

    private func add(
        _ router: inout Router,
        _ template: String,
        _ names: [String],
        _ handler: @escaping @Sendable (Question) async throws -> Response
    ) {
        frame.add(JaegerThirdInterface.self, to: &router, .get, template, accepting: names, handler)
    }

    private func services(_ question: Question) async throws -> Response {
        let services = try await finder.services()
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"services":"#.utf8)
            PrometheusInterface.append(services, to: &stream.bytes)
            stream.bytes.append(UInt8(ascii: "}"))
        }
    }

    private func operations(_ question: Question) async throws -> Response {
        guard let service = question["service"] else { throw QueryFailure.invalid("parameter 'service' is required") }
        let kind = try (question["spanKind"] ?? question["span_kind"]).map(JaegerRoutes.kind)
        let operations = try await finder.operations(of: service).filter { kind == nil || $0.kind == kind }
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: #"{"operations":"#.utf8)
            // The page's schema wants a kind.
            JaegerRoutes.append(operations, kindWhereNone: "internal", to: &stream.bytes)
            stream.bytes.append(UInt8(ascii: "}"))
        }
    }

    private func found(_ question: Question) async throws -> [String] {
        let search = try JaegerSearch(third: question)
        return try await TraceSearch(database: database).newest(search.limit, where: search.condition, in: search.span)
    }

    private func search(_ question: Question) async throws -> Response {
        try Self.checkRaw(question, "query.rawTraces", "query.raw_traces")
        return try await traces(try await found(question), question)
    }

    private func trace(_ question: Question) async throws -> Response {
        guard let id = TraceIdentifier.normalized(question.part("id")) else {
            throw QueryFailure.invalid("malformed parameter trace_id: it must have 1 to 32 hexadecimal digits")
        }
        for name in ["startTime", "endTime", "start_time", "end_time"] {
            if let text = question[name], RFC3339.milliseconds(text) == nil {
                throw QueryFailure.invalid("malformed parameter \(name): it must be a time of RFC 3339")
            }
        }
        try Self.checkRaw(question, "rawTraces", "raw_traces")
        return try await traces([id], question)
    }

    /// Spans are answered as they are stored, so it makes no difference; but it must be a truth value.
    private static func checkRaw(_ question: Question, _ names: String...) throws {
        for name in names where !["true", "false", nil].contains(question[name]) {
            throw QueryFailure.invalid("malformed parameter \(name): it must be true or false")
        }
    }

    private func traces(_ ids: [String], _ question: Question) async throws -> Response {
        var texts: [String: [UInt8]] = [:]
        var pieces = AnswerPieces(limit: configuration.answerBytes)
        try await SpanReader(database: database).read(ids) { id, spans in
            let message = ExportTraceServiceRequest(resourceSpans: OTLPTrace.resourceSpans(spans)).encodeJSON()
            // Without what stands around the array, so that the traces make one.
            let text = Array(message.dropFirst(#"{"resourceSpans":["#.utf8.count).dropLast(2))
            try pieces.append(text)
            texts[id] = text
        }
        guard !texts.isEmpty else { throw QueryFailure.notFound("No traces found") }
        var ordered = AnswerPieces(limit: configuration.answerBytes)
        for id in ids {
            if let text = texts[id] { try ordered.append(text) }
        }
        return AnswerStream.response(to: question) { [ordered] stream in
            stream.bytes.append(contentsOf: #"{"result":{"resourceSpans":["#.utf8)
            try await ordered.write(to: stream)
            stream.bytes.append(contentsOf: "]}}".utf8)
        }
    }

    private func summaries(_ question: Question) async throws -> Response {
        let ids = try await found(question)
        let summaries = try await TraceSummary.read(ids, from: database)
        return AnswerStream.response(to: question) { stream in
            guard !summaries.isEmpty else {
                stream.bytes.append(contentsOf: "{}".utf8)
                return
            }
            stream.bytes.append(contentsOf: #"{"summaries":["#.utf8)
            for (index, summary) in summaries.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                summary.append(to: &stream.bytes)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(contentsOf: "]}".utf8)
        }
    }
}
