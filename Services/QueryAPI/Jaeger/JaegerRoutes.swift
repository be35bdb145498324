import HTTPCore
import HTTPTypes
import OTLP
import TextCoding

/// Jaeger's first JSON API, at `/api` and again at `/jaeger/api`: Grafana's data source, older pages and many scripts.
struct JaegerRoutes: Sendable {
    let database: TelemetryDatabase
    let configuration: QueryConfiguration
    let frame: QueryFrame

    private var finder: TraceFinder { TraceFinder(database: database) }

    /// Adds all routes.
    func add(to router: inout Router) {
        for prefix in ["", "/jaeger"] {
            let api = prefix + "/api"
            add(&router, .get, api + "/services", [], services)
            // A service's name may have slashes, and a template's parameter ends at one.
            add(&router, .get, api + "/services/{name...}", [], operationNames)
            add(&router, .get, api + "/operations", ["service", "spanKind"], operations)
            add(&router, .get, api + "/traces", JaegerSearch.parameters, search)
            add(&router, .get, api + "/traces/{id}", ["start", "end", "raw"], trace)
            add(&router, .get, api + "/dependencies", ["endTs", "lookback", "service"], dependencies)
            add(&router, .get, api + "/metrics/minstep", [], shortestStep)
            add(&router, .get, api + "/metrics/{kind}", JaegerMetrics.parameters, metrics)
            add(&router, .post, api + "/transform", [], transform)
            for method in [HTTPRequest.Method.get, .post] {
                router.on(method, api + "/archive/{id}") { _, _ in
                    JaegerInterface.error(.notImplemented, "archive span storage was not configured")
                }
            }
        }
    }

    private func add(
        _ router: inout Router,
        _ method: HTTPRequest.Method,
        _ template: String,
        _ names: [String],
        _ handler: @escaping @Sendable (Question) async throws -> Response
    ) {
        frame.add(
            JaegerInterface.self,
            to: &router,
            method,
            template,
            accepting: names + ["prettyPrint"]
        ) { question in
            guard ["true", "false", nil].contains(question["prettyPrint"]) else {
                throw QueryFailure.invalid("unable to parse param 'prettyPrint': it must be true or false")
            }
            return try await handler(question)
        }
    }

    // MARK: - Services and operations

    private func services(_ question: Question) async throws -> Response {
        Self.texts(try await finder.services(), question)
    }

    private func operationNames(_ question: Question) async throws -> Response {
        let ending = "/operations"
        let path = question.part("name")
        guard path.hasSuffix(ending), path.count > ending.count else {
            throw QueryFailure.notFound("there is /api/services/{service}/operations only")
        }
        let operations = try await finder.operations(of: String(path.dropLast(ending.count)))
        let names = Set(operations.map(\.name)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Self.texts(names, question)
    }

    private static func texts(_ texts: [String], _ question: Question) -> Response {
        JaegerInterface.answer(to: question, total: texts.count) { PrometheusInterface.append(texts, to: &$0.bytes) }
    }

    private func operations(_ question: Question) async throws -> Response {
        guard let service = question["service"] else { throw QueryFailure.invalid("parameter 'service' is required") }
        let kind = try question["spanKind"].map(Self.kind)
        let operations = try await finder.operations(of: service).filter { kind == nil || $0.kind == kind }
        return JaegerInterface.answer(to: question, total: operations.count) { stream in
            Self.append(operations, kindWhereNone: "", to: &stream.bytes)
        }
    }

    /// A kind that a client names, in Jaeger's spelling.
    static func kind(_ text: String) throws -> String {
        let word = text.lowercased().replacing("span_kind_", with: "")
        guard word != "unspecified", StoredSpan.spellings(ofKind: word) != nil else {
            throw QueryFailure.invalid(
                "unable to parse param 'spanKind': it must be one of client, server, producer, consumer, internal"
            )
        }
        return word
    }

    /// Appends an array of operations.
    static func append(_ operations: [TraceFinder.Operation], kindWhereNone: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, operation) in operations.enumerated() {
            bytes.append(contentsOf: (index > 0 ? #",{"name":"# : #"{"name":"#).utf8)
            JSONText.append(operation.name, to: &bytes)
            bytes.append(contentsOf: #","spanKind":"#.utf8)
            JSONText.append(operation.kind ?? kindWhereNone, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    // MARK: - Traces

    private func search(_ question: Question) async throws -> Response {
        let wanted = question.all("traceID").filter { !$0.isEmpty }
        guard wanted.isEmpty else { return try await traces(wanted, question) }
        let search = try JaegerSearch(question)
        let ids = try await TraceSearch(database: database).newest(
            search.limit,
            where: search.condition,
            in: search.span
        )
        let (pieces, _) = try await texts(of: ids)
        return Self.answer(pieces, question)
    }

    /// Traces by their ids: those that are not there become errors beside the others.
    private func traces(_ texts: [String], _ question: Question) async throws -> Response {
        guard texts.count <= JaegerSearch.mostTraces else {
            throw QueryFailure.invalid("at most \(JaegerSearch.mostTraces) traces can be asked for at once")
        }
        var ids: [String] = []
        for text in texts {
            let id = try Self.identifier(text)
            if !ids.contains(id) { ids.append(id) }
        }
        let (pieces, found) = try await self.texts(of: ids)
        let missing = ids.filter { !found.contains($0) }.map { JaegerInterface.Missing(traceID: $0) }
        return Self.answer(pieces, missing: missing, question)
    }

    private func trace(_ question: Question) async throws -> Response {
        // Tempo has the same path, and its clients ask for protobuf.
        if TempoTrace.wantsProtobuf(question) {
            try question.allow(TempoTrace.parameters)
            return try await TempoTrace.answer(to: question, .first, database, configuration)
        }
        let id = try Self.identifier(question.part("id"))
        // Hints about when it was: that is known better here, and clients disagree about their unit.
        for name in ["start", "end"] { _ = try JaegerSearch.microseconds(question, name) }
        guard ["true", "false", nil].contains(question["raw"]) else {
            throw QueryFailure.invalid("unable to parse param 'raw': it must be true or false")
        }
        let (pieces, found) = try await texts(of: [id])
        guard !found.isEmpty else { throw QueryFailure.notFound("trace not found") }
        return Self.answer(pieces, question)
    }

    private static func identifier(_ text: String) throws -> String {
        guard let id = TraceIdentifier.normalized(text) else {
            throw QueryFailure.invalid("malformed trace id: it must have 1 to 32 hexadecimal digits")
        }
        return id
    }

    /// The texts of traces, in the order of their ids.
    private func texts(of ids: [String]) async throws -> (AnswerPieces, found: Set<String>) {
        var texts: [String: [UInt8]] = [:]
        var size = AnswerPieces(limit: configuration.answerBytes)
        try await SpanReader(database: database).read(ids) { id, spans in
            let text = JaegerTraceText.of(id, spans)
            try size.append(text)
            texts[id] = text
        }
        var pieces = AnswerPieces(limit: configuration.answerBytes)
        for id in ids {
            if let text = texts[id] { try pieces.append(text) }
        }
        return (pieces, Set(texts.keys))
    }

    private static func answer(
        _ pieces: AnswerPieces,
        missing: [JaegerInterface.Missing] = [],
        _ question: Question
    ) -> Response {
        JaegerInterface.answer(to: question, missing: missing) { stream in
            stream.bytes.append(UInt8(ascii: "["))
            try await pieces.write(to: stream)
            stream.bytes.append(UInt8(ascii: "]"))
        }
    }

    /// A file of OTLP as a page lets one look at it: nothing is stored.
    private func transform(_ question: Question) async throws -> Response {
        let body = try await question.request.body.collect(upTo: QueryFrame.maximumBodyBytes)
        let message: ExportTraceServiceRequest
        do { message = try ExportTraceServiceRequest(json: body) } catch {
            throw QueryFailure.invalid("cannot unmarshal OTLP: \(error)")
        }
        var traces: [String: [StoredSpan]] = [:]
        for resource in message.resourceSpans {
            for scope in resource.scopeSpans {
                for span in scope.spans {
                    let stored = StoredSpan(span, resource: resource.resource, scope: scope.scope)
                    traces[stored.traceID, default: []].append(stored)
                }
            }
        }
        var pieces = AnswerPieces(limit: configuration.answerBytes)
        for (id, spans) in traces.sorted(by: { $0.key < $1.key }) {
            try pieces.append(JaegerTraceText.of(id, spans.sorted { $0.start < $1.start }))
        }
        return Self.answer(pieces, question)
    }

    // MARK: - Dependencies and metrics

    private func dependencies(_ question: Question) async throws -> Response {
        let end = try Self.milliseconds(question, "endTs") ?? WallClock.milliseconds
        let lookback = try Self.milliseconds(question, "lookback") ?? 86_400_000
        guard lookback > 0 else { throw QueryFailure.invalid("unable to parse param 'lookback': it must be positive") }
        let service = question["service"]
        let span = TimeSpan(from: end.subtractingReportingOverflow(lookback).partialValue, through: end)
        let dependencies = try await finder.dependencies(in: span).filter {
            service == nil || $0.parent == service || $0.child == service
        }
        return JaegerInterface.answer(to: question) { stream in
            stream.bytes.append(UInt8(ascii: "["))
            for (index, each) in dependencies.enumerated() {
                stream.bytes.append(contentsOf: (index > 0 ? #",{"parent":"# : #"{"parent":"#).utf8)
                JSONText.append(each.parent, to: &stream.bytes)
                stream.bytes.append(contentsOf: #","child":"#.utf8)
                JSONText.append(each.child, to: &stream.bytes)
                stream.bytes.append(contentsOf: ",\"callCount\":\(each.calls)}".utf8)
            }
            stream.bytes.append(UInt8(ascii: "]"))
        }
    }

    /// A whole number of milliseconds, kept far from the ends of 64 bits.
    static func milliseconds(_ question: Question, _ name: String) throws(QueryFailure) -> Int64? {
        guard let text = question[name] else { return nil }
        guard let number = Int64(text) else {
            throw .invalid("unable to parse param '\(name)': it must be a whole number of milliseconds")
        }
        return min(max(number, -1 << 60), 1 << 60)
    }

    private func metrics(_ question: Question) async throws -> Response {
        guard let kind = JaegerMetrics.Kind(rawValue: question.context.parameters["kind"] ?? "") else {
            throw QueryFailure.notFound("there are latencies, calls, errors and minstep only")
        }
        let family = try await JaegerMetrics(kind, question).family(from: database)
        return AnswerStream.response(to: question, isIndented: JaegerInterface.isIndented(question)) { stream in
            stream.bytes.append(contentsOf: family)
        }
    }

    private func shortestStep(_ question: Question) async throws -> Response {
        JaegerInterface.answer(to: question) { stream in
            stream.bytes.append(contentsOf: "\(JaegerMetrics.shortestStep)".utf8)
        }
    }
}
