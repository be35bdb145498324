import ClickHouseHTTP
import HTTPCore
import HTTPTypes
import PromQL
import TextCoding

/// The service's own API, at `/api/v1`: traces, metrics and logs by a body of JSON, and the statistics of services.
struct RESTRoutes: Sendable {
    let database: TelemetryDatabase
    let configuration: QueryConfiguration
    let frame: QueryFrame

    /// Adds all routes.
    func add(to router: inout Router) {
        add(&router, .post, "/api/v1/traces", [], traces)
        add(&router, .post, "/api/v1/metrics", [], metrics)
        add(&router, .post, "/api/v1/logs", [], logs)
        add(&router, .get, "/api/v1/services/stats", ["start_time", "end_time"], statistics)
    }

    private func add(
        _ router: inout Router,
        _ method: HTTPRequest.Method,
        _ template: String,
        _ names: [String],
        _ handler: @escaping @Sendable (Question) async throws -> Response
    ) {
        frame.add(RESTInterface.self, to: &router, method, template, accepting: names, handler)
    }

    // MARK: - Traces

    private func traces(_ question: Question) async throws -> Response {
        let body = try await RESTBody.read(
            question,
            [
                "service_name", "operation_name", "start_time", "end_time", "status", "min_duration_ms", "attributes",
                "limit",
            ]
        )
        let limit = try body.count("limit", default: 100, in: 1...1_000)
        let span = try body.span()
        var condition = BoundSQL("1 = 1")
        if let service = try body.text("service_name") {
            condition.append("AND ServiceName =")
            try condition.bind(service)
        }
        if let operation = try body.text("operation_name") {
            condition.append("AND SpanName =")
            try condition.bind(operation)
        }
        let shortest = try body.count("min_duration_ms", default: 0, in: 0...86_400_000)
        if shortest > 0 {
            condition.append("AND Duration >=")
            try condition.bind(Int64(shortest) * 1_000_000)
        }
        switch try body.text("status")?.lowercased() {
        case "error": condition.append("AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')")
        case "ok": condition.append("AND StatusCode IN ('Ok', 'STATUS_CODE_OK')")
        case "unset": condition.append("AND StatusCode IN ('', 'Unset', 'STATUS_CODE_UNSET')")
        case nil: break
        default: throw QueryFailure.invalid("status must be error, ok or unset")
        }
        let attributes = try body.map("attributes")
        guard attributes.count <= 16 else { throw QueryFailure.invalid("attributes may have 16 members at most") }
        for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
            try JaegerTagCondition.append(key, value, to: &condition)
        }
        let ids = try await TraceSearch(database: database).newest(
            limit,
            where: condition,
            in: NanosecondSpan(from: span.from * 1_000_000, through: span.through * 1_000_000 + 999_999)
        )
        let summaries = try await TraceSummary.read(ids, from: database)
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(contentsOf: "{\"count\":\(summaries.count),\"traces\":[".utf8)
            for (index, summary) in summaries.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                Self.append(summary, to: &stream.bytes)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(contentsOf: "]}".utf8)
        }
    }

    private static func append(_ trace: TraceSummary, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        RESTAnswer.append("trace_id", trace.traceID, to: &bytes)
        RESTAnswer.append("root_service", trace.rootService, to: &bytes)
        RESTAnswer.append("root_operation", trace.rootName, to: &bytes)
        RESTAnswer.append("start_time", RFC3339.text(trace.start / 1_000_000), to: &bytes)
        RESTAnswer.append("duration_ms", Double(trace.end - trace.start) / 1e6, to: &bytes)
        RESTAnswer.append("span_count", trace.spans, to: &bytes)
        RESTAnswer.append("error_count", trace.errors, to: &bytes)
        bytes.append(contentsOf: #""services":["#.utf8)
        for (index, service) in trace.services.enumerated() {
            bytes.append(contentsOf: (index > 0 ? ",{" : "{").utf8)
            RESTAnswer.append("service_name", service.name, to: &bytes)
            RESTAnswer.append("span_count", service.spans, to: &bytes)
            RESTAnswer.append("error_count", service.errors, "}", to: &bytes)
        }
        bytes.append(contentsOf: "]}".utf8)
    }

    // MARK: - Metrics

    private func metrics(_ question: Question) async throws -> Response {
        let body = try await RESTBody.read(
            question,
            ["metric_name", "service_name", "start_time", "end_time", "aggregation", "step_seconds", "group_by"]
        )
        let span = try body.span()
        let metric = try await RESTMetric(
            body,
            span,
            catalogue: TelemetrySeriesSource(database, configuration).catalogue
        )
        let engine = PromQLEngine(limits: QueryLimits(samples: configuration.samples, series: configuration.series))
        let source = TelemetrySeriesSource(database, configuration)
        let result = try await engine.evaluate(
            metric.expression,
            from: metric.start(of: span),
            through: span.through,
            step: metric.step * 1_000,
            over: source
        )
        guard case .matrix(let series) = result.value else { throw QueryFailure.failed(code: nil) }
        let warnings = result.warnings + source.warnings
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(UInt8(ascii: "{"))
            RESTAnswer.append("metric_name", metric.name, to: &stream.bytes)
            RESTAnswer.append("kind", metric.kind, to: &stream.bytes)
            RESTAnswer.append("unit", metric.unit, to: &stream.bytes)
            RESTAnswer.append("aggregation", metric.aggregation, to: &stream.bytes)
            RESTAnswer.append("step_seconds", UInt64(metric.step), to: &stream.bytes)
            RESTAnswer.append("expression", metric.expression, to: &stream.bytes)
            RESTAnswer.append("source", source.origin, to: &stream.bytes)
            stream.bytes.append(contentsOf: #""warnings":"#.utf8)
            PrometheusInterface.append(warnings, to: &stream.bytes)
            stream.bytes.append(contentsOf: #","series":["#.utf8)
            for (index, each) in series.enumerated() {
                stream.bytes.append(contentsOf: (index > 0 ? #",{"labels":"# : #"{"labels":"#).utf8)
                PrometheusValues.append(each.labels, to: &stream.bytes)
                stream.bytes.append(contentsOf: #","points":["#.utf8)
                for (number, (time, value)) in zip(each.timestamps, each.values).enumerated() {
                    stream.bytes.append(contentsOf: (number > 0 ? ",{" : "{").utf8)
                    RESTAnswer.append("time", RFC3339.text(time), to: &stream.bytes)
                    RESTAnswer.append("value", value, "}", to: &stream.bytes)
                    if number & 0xFFF == 0xFFF { try await stream.sendIfLarge() }
                }
                stream.bytes.append(contentsOf: "]}".utf8)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(contentsOf: "]}".utf8)
        }
    }

    // MARK: - Logs

    private func logs(_ question: Question) async throws -> Response {
        let body = try await RESTBody.read(
            question,
            ["service_name", "start_time", "end_time", "severity", "search", "trace_id", "limit"]
        )
        let limit = try body.count("limit", default: 100, in: 1...5_000)
        var statement = BoundSQL(RESTLog.selection)
        if let service = try body.text("service_name") {
            statement.append("AND ServiceName =")
            try statement.bind(service)
        }
        if let severity = try body.text("severity") {
            guard let range = RESTLog.severities[severity.uppercased()] else {
                throw QueryFailure.invalid("severity must be one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL")
            }
            statement.append("AND (SeverityNumber BETWEEN")
            try statement.bind(Int64(range.lowerBound))
            statement.append("AND")
            try statement.bind(Int64(range.upperBound))
            statement.append("OR SeverityNumber = 0 AND startsWith(upper(SeverityText),")
            try statement.bind(severity.uppercased())
            statement.append("))")
        }
        if let search = try body.text("search") {
            statement.append("AND positionCaseInsensitiveUTF8(Body,")
            try statement.bind(search)
            statement.append(") > 0")
        }
        if let text = try body.text("trace_id") {
            guard let id = TraceIdentifier.normalized(text) else {
                throw QueryFailure.invalid("trace_id must have 1 to 32 hexadecimal digits")
            }
            statement.append("AND TraceId =")
            try statement.bind(id)
        }
        statement.append("ORDER BY Timestamp DESC LIMIT")
        try statement.bind(Int64(limit))
        var rows = try await database.rows(
            statement.sql,
            statement.parameters.merging(try body.span().parameters) { $1 }
        )
        var pieces = AnswerPieces(limit: configuration.answerBytes)
        while !rows.isAtEnd { try pieces.append(try RESTLog(&rows).text) }
        return AnswerStream.response(to: question) { [pieces] stream in
            stream.bytes.append(contentsOf: "{\"count\":\(pieces.pieces.count),\"logs\":[".utf8)
            try await pieces.write(to: stream)
            stream.bytes.append(contentsOf: "]}".utf8)
        }
    }

    // MARK: - Statistics

    private func statistics(_ question: Question) async throws -> Response {
        let span = try RESTTime.span(
            from: question["start_time"],
            through: question["end_time"],
            lookback: 86_400_000
        )
        let statistics = try await ServiceStatistics.read(in: span, from: database)
        return AnswerStream.response(to: question) { stream in
            stream.bytes.append(UInt8(ascii: "{"))
            RESTAnswer.append("start_time", RFC3339.text(span.from), to: &stream.bytes)
            RESTAnswer.append("end_time", RFC3339.text(span.through), to: &stream.bytes)
            RESTAnswer.append("source", ServiceStatistics.source(of: span), to: &stream.bytes)
            stream.bytes.append(contentsOf: #""services":["#.utf8)
            for (index, service) in statistics.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                service.append(to: &stream.bytes)
            }
            stream.bytes.append(contentsOf: "]}".utf8)
        }
    }
}
