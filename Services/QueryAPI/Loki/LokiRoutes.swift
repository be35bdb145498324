import HTTPCore
import HTTPTypes
import LogQL
import PromQL
import TextCoding

/// Loki's HTTP API, at `/loki/api/v1` and again at `/loki/loki/api/v1` for data sources that have a path.
struct LokiRoutes: Sendable {
    /// How far back requests look that do not say it: lines and numbers an hour, labels six.
    static let lookback: (queries: Int64, labels: Int64) = (3_600_000_000_000, 21_600_000_000_000)
    /// The most lines of an answer, as with Loki.
    static let mostLines = 5_000
    /// The most steps of a query, as with Loki.
    static let mostPoints: Int64 = 11_000

    let database: TelemetryDatabase
    let configuration: QueryConfiguration
    let frame: QueryFrame

    var catalogue: LogStreamCatalogue {
        LogStreamCatalogue(database: database, limit: configuration.series)
    }

    /// Adds all routes.
    func add(to router: inout Router) {
        for prefix in ["", "/loki"] {
            let api = prefix + "/loki/api/v1"
            let span = ["start", "end", "since"]
            let selected = ["query"] + span
            let volumes = selected + ["limit", "targetLabels", "aggregateBy"]
            // Fields are of lines, whatever the step of the panel that they are for.
            let fields = selected + ["limit", "line_limit", "step"]
            for method in [HTTPRequest.Method.get, .post] {
                add(&router, method, api + "/query", ["query", "time", "limit", "direction"], query)
                add(
                    &router,
                    method,
                    api + "/query_range",
                    selected + ["limit", "direction", "interval", "step"],
                    queryRange
                )
                add(&router, method, api + "/labels", selected, labels)
                add(&router, method, api + "/label", selected, labels)
                add(&router, method, api + "/label/{name}/values", selected, labelValues)
                add(&router, method, api + "/series", ["match[]", "match"] + span, series)
                add(&router, method, api + "/index/stats", selected, indexStatistics)
                add(&router, method, api + "/index/volume", volumes, volume)
                add(&router, method, api + "/index/volume_range", volumes + ["step"], volumeRange)
                add(&router, method, api + "/detected_labels", selected, detectedLabels)
                add(&router, method, api + "/detected_fields", fields, detectedFields)
                add(&router, method, api + "/detected_field/{name}/values", fields, detectedFieldValues)
                add(&router, method, api + "/patterns", selected + ["step"], patterns)
                add(&router, method, api + "/format_query", ["query"], formatQuery)
            }
            add(&router, .get, api + "/status/buildinfo", [], buildInformation)
            add(&router, .get, api + "/drilldown-limits", [], drilldownLimits)
            add(&router, .get, api + "/rules", []) { _ in throw QueryFailure.notFound("no rule groups found") }
            refuse(
                &router,
                api + "/tail",
                ["query", "delay_for", "limit", "start"],
                "tail is not supported: ask query_range again with a later start"
            )
            refuse(
                &router,
                api + "/index/shards",
                ["query", "start", "end", "targetBytesPerShard"],
                "index/shards is not supported: index/stats and index/volume are there"
            )
        }
        router.get("/loki/ready") { _, _ in
            do { try await database.ping() } catch {
                return Response(status: .serviceUnavailable, body: .text("ClickHouse does not answer.\n"))
            }
            return Response(status: .ok, body: .text("ready\n"))
        }
    }

    private func add(
        _ router: inout Router,
        _ method: HTTPRequest.Method,
        _ template: String,
        _ names: [String],
        _ handler: @escaping @Sendable (Question) async throws -> Response
    ) {
        frame.add(LokiInterface.self, to: &router, method, template, accepting: names, handler)
    }

    private func refuse(_ router: inout Router, _ template: String, _ names: [String], _ message: String) {
        add(&router, .get, template, names) { _ in throw QueryFailure.invalid(message) }
    }

    // MARK: - What is there

    private func labels(_ question: Question) async throws -> Response {
        let span = try LokiSpan(question, lookback: Self.lookback.labels)
        return LokiInterface.answer(
            to: question,
            try await catalogue.labels(try matchers(question), in: span.nanoseconds)
        )
    }

    private func labelValues(_ question: Question) async throws -> Response {
        let span = try LokiSpan(question, lookback: Self.lookback.labels)
        let values = try await catalogue.values(
            of: question.part("name"),
            try matchers(question),
            in: span.nanoseconds
        )
        return LokiInterface.answer(to: question, values)
    }

    private func series(_ question: Question) async throws -> Response {
        let span = try LokiSpan(question, lookback: Self.lookback.labels)
        let selectors = question.all("match[]") + question.all("match")
        var sets: Set<Labels> = []
        for text in selectors.isEmpty ? ["{}"] : selectors {
            let matchers = try Self.naming("match[]") { () throws(LogQLParseError) in
                try LogQLParser().parseMatchers(text)
            }
            sets.formUnion(try await catalogue.volumes(matchers, in: span.nanoseconds).map(\.labels))
        }
        let sorted = sets.sorted()
        return LokiInterface.answer(to: question) { stream in
            stream.bytes.append(UInt8(ascii: "["))
            for (index, labels) in sorted.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                PrometheusValues.append(labels, to: &stream.bytes)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(UInt8(ascii: "]"))
        }
    }

    /// The selector in `query`; everything where there is none.
    private func matchers(_ question: Question) throws -> [LabelMatcher] {
        guard let text = question["query"] else { return [] }
        return try Self.naming("query") { () throws(LogQLParseError) in try LogQLParser().parseMatchers(text) }
    }

    /// The selector that `query` must have.
    func requiredMatchers(_ question: Question) throws -> [LabelMatcher] {
        _ = try question.required("query")
        return try matchers(question)
    }

    private func indexStatistics(_ question: Question) async throws -> Response {
        let span = try LokiSpan(question, lookback: Self.lookback.queries)
        let volumes = try await catalogue.volumes(try requiredMatchers(question), in: span.nanoseconds)
        let streams = Set(volumes.map(\.labels)).count
        let (steps, lines, bytes) = volumes.reduce((UInt64(0), UInt64(0), UInt64(0))) {
            ($0.0 + $1.steps, $0.1 + $1.lines, $0.2 + $1.bytes)
        }
        return AnswerStream.response(to: question) { stream in
            let text = "{\"streams\":\(streams),\"chunks\":\(steps),\"bytes\":\(bytes),\"entries\":\(lines)}"
            stream.bytes.append(contentsOf: text.utf8)
        }
    }

    // MARK: - Of itself

    private func formatQuery(_ question: Question) async throws -> Response {
        let text = try question.required("query")
        let formatted = try Self.naming("query") { () throws(LogQLParseError) in try LogQLParser().parse(text) }
            .formatted()
        return LokiInterface.answer(to: question) { stream in JSONText.append(formatted, to: &stream.bytes) }
    }

    private func buildInformation(_ question: Question) async throws -> Response {
        AnswerStream.response(to: question) { stream in
            let text =
                #"{"version":"3.5.0","revision":"faultline","branch":"","buildUser":"","buildDate":"","goVersion":""}"#
            stream.bytes.append(contentsOf: text.utf8)
        }
    }

    private func drilldownLimits(_ question: Question) async throws -> Response {
        let seconds = Int(configuration.timeout / .seconds(1))
        return AnswerStream.response(to: question) { stream in
            let limits = """
                {"discover_log_levels":true,"discover_service_name":["service_name"],\
                "max_entries_limit_per_query":\(Self.mostLines),"max_query_series":\(LogQLLimits().resultSeries),\
                "query_timeout":"\(seconds)s","volume_enabled":true,"volume_max_series":1000}
                """
            stream.bytes.append(contentsOf: "{\"limits\":\(limits),\"pattern_ingester_enabled\":true,".utf8)
            stream.bytes.append(contentsOf: #""version":"3.5.0"}"#.utf8)
        }
    }

    /// Says of a query that cannot be read which parameter it was.
    static func naming<Result>(
        _ parameter: String,
        _ body: () throws(LogQLParseError) -> Result
    ) throws(QueryFailure) -> Result {
        do throws(LogQLParseError) {
            return try body()
        } catch {
            throw .invalid(parameter == "query" ? "\(error)" : "invalid parameter '\(parameter)': \(error)")
        }
    }
}
