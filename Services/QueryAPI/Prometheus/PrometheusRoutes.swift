import HTTPCore
import HTTPTypes
import PromQL
import TextCoding

/// Prometheus' HTTP API, at `/api/v1` and again at `/prometheus/api/v1`.
struct PrometheusRoutes: Sendable {
    /// The most steps of a query, as with Prometheus.
    private static let maximumPoints: Int64 = 11_000
    /// The metadata and the time range of those who name none.
    static let everything = TimeSpan(from: .min, through: .max)

    let database: TelemetryDatabase
    let configuration: QueryConfiguration
    let frame: QueryFrame

    /// Adds all routes.
    func add(to router: inout Router) {
        for prefix in ["", "/prometheus"] {
            let api = prefix + "/api/v1"
            // vmalert says that nothing may come from a cache, and there is none.
            let evaluation = ["query", "timeout", "limit", "lookback_delta", "nocache"]
            let selection = ["match[]", "start", "end", "limit"]
            for method in [HTTPRequest.Method.get, .post] {
                // vmalert names the interval of its rules as a step, which is nothing to one moment.
                add(&router, method, api + "/query", evaluation + ["time", "step"], query)
                add(&router, method, api + "/query_range", evaluation + ["start", "end", "step"], queryRange)
                add(&router, method, api + "/query_exemplars", ["query", "start", "end"], exemplars)
                add(&router, method, api + "/format_query", ["query"], formatQuery)
                add(&router, method, api + "/series", selection, series)
                add(&router, method, api + "/labels", selection, labels)
            }
            add(&router, .get, api + "/label/{name}/values", selection, labelValues)
            add(&router, .get, api + "/metadata", ["metric", "limit", "limit_per_metric"], metadata)
            add(&router, .get, api + "/status/buildinfo", [], buildInformation)
            addEmptyLists(to: &router, api)
            add(&router, .get, api + "/parse_query", ["query"]) { _ in
                throw QueryFailure.notFound("parse_query is not supported: format_query is there")
            }
            router.get(prefix + "/-/healthy") { _, _ in Response(status: .ok, body: .text("Healthy.\n")) }
            router.get(prefix + "/-/ready") { _, _ in
                do { try await database.ping() } catch {
                    return Response(status: .serviceUnavailable, body: .text("ClickHouse does not answer.\n"))
                }
                return Response(status: .ok, body: .text("Ready.\n"))
            }
        }
    }

    /// Lists of what is never there: whatever they are narrowed to, they stay empty.
    private func addEmptyLists(to router: inout Router, _ api: String) {
        let rules = [
            "type", "rule_name[]", "rule_group[]", "file[]", "exclude_alerts", "match[]", "group_limit",
            "group_next_token",
        ]
        for (path, names, data) in [
            ("/rules", rules, #"{"groups":[]}"#), ("/alerts", [], #"{"alerts":[]}"#),
            ("/targets", ["state", "scrapePool"], #"{"activeTargets":[],"droppedTargets":[]}"#),
        ] {
            add(&router, .get, api + path, names) { Self.constant(data, $0) }
        }
    }

    private func add(
        _ router: inout Router,
        _ method: HTTPRequest.Method,
        _ template: String,
        _ names: [String],
        _ handler: @escaping @Sendable (Question) async throws -> Response
    ) {
        frame.add(PrometheusInterface.self, to: &router, method, template, accepting: names, handler)
    }

    // MARK: - Queries

    private func query(_ question: Question) async throws -> Response {
        let text = try question.required("query")
        let time = try question["time"].map { text throws(QueryFailure) in
            try PrometheusTime.instant(text, of: "time")
        }
        let source = TelemetrySeriesSource(database, configuration)
        let engine = try engine(question)
        let result = try await Self.naming("query") {
            try await engine.evaluate(text, at: time ?? WallClock.milliseconds, over: source)
        }
        return try answer(to: question, result, source)
    }

    private func queryRange(_ question: Question) async throws -> Response {
        let text = try question.required("query")
        let start = try PrometheusTime.instant(try question.required("start"), of: "start")
        let end = try PrometheusTime.instant(try question.required("end"), of: "end")
        let step = try PrometheusTime.duration(try question.required("step"), of: "step")
        guard end >= start else {
            throw QueryFailure.invalid("invalid parameter \"end\": end timestamp must not be before start time")
        }
        guard step > 0 else {
            throw QueryFailure.invalid(
                "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. "
                    + "Try a positive integer"
            )
        }
        let (length, overflows) = end.subtractingReportingOverflow(start)
        guard !overflows, length / step <= Self.maximumPoints else {
            throw QueryFailure.invalid(
                "exceeded maximum resolution of 11,000 points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)"
            )
        }
        let source = TelemetrySeriesSource(database, configuration)
        let engine = try engine(question)
        let result = try await Self.naming("query") {
            try await engine.evaluate(text, from: start, through: end, step: step, over: source)
        }
        return try answer(to: question, result, source)
    }

    private func engine(_ question: Question) throws -> PromQLEngine {
        var engine = PromQLEngine(
            limits: QueryLimits(samples: configuration.samples, series: configuration.series)
        )
        if let text = question["lookback_delta"] {
            let lookback = try PrometheusTime.duration(text, of: "lookback_delta")
            guard lookback > 0 else {
                throw QueryFailure.invalid("invalid parameter \"lookback_delta\": it must be positive")
            }
            engine.lookback = lookback
        }
        return engine
    }

    private func answer(
        to question: Question,
        _ result: QueryResult,
        _ source: TelemetrySeriesSource
    ) throws -> Response {
        let (value, isCut) = result.value.limited(to: try question.count("limit"))
        let warnings = result.warnings + source.warnings + (isCut ? [Self.truncated] : [])
        return PrometheusInterface.answer(to: question, warnings: warnings, infos: result.infos + source.infos) {
            stream in
            try await PrometheusValues.write(value, to: stream)
        }
    }

    static let truncated = "results truncated due to limit"

    private func formatQuery(_ question: Question) async throws -> Response {
        let text = try question.required("query")
        let formatted = try await Self.naming("query") { try Parser().parse(text).formatted() }
        return PrometheusInterface.answer(to: question) { stream in
            JSONText.append(formatted, to: &stream.bytes)
        }
    }

    /// Says of a query that cannot be read which parameter it was.
    static func naming<Result>(
        _ parameter: String,
        _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error as ParseError {
            throw QueryFailure.invalid("invalid parameter \"\(parameter)\": \(error)")
        }
    }

    // MARK: - Metadata

    private func series(_ question: Question) async throws -> Response {
        let selectors = try selectors(question)
        guard !selectors.isEmpty else { throw QueryFailure.invalid("no match[] parameter provided") }
        let span = try span(question)
        let source = TelemetrySeriesSource(database, configuration)
        var sets: Set<Labels> = []
        for matchers in selectors { sets.formUnion(try await source.labelSets(matchers, in: span)) }
        let (series, isCut) = Self.cut(sets.sorted(), to: try question.count("limit"))
        let warnings = source.warnings + (isCut ? [Self.truncated] : [])
        return PrometheusInterface.answer(to: question, warnings: warnings) { stream in
            stream.bytes.append(UInt8(ascii: "["))
            for (index, labels) in series.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                PrometheusValues.append(labels, to: &stream.bytes)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(UInt8(ascii: "]"))
        }
    }

    private func labels(_ question: Question) async throws -> Response {
        var names: Set<String> = []
        let warnings = try await forEachLabelSet(question) { labels in
            for label in labels.pairs { names.insert(label.name) }
        }
        return try texts(names, question, warnings)
    }

    private func labelValues(_ question: Question) async throws -> Response {
        let name = PrometheusNames.unescaped(question.context.parameters["name"] ?? "")
        guard !name.isEmpty else { throw QueryFailure.invalid("invalid label name: it is empty") }
        var values: Set<String> = []
        let warnings: [String]
        if name == Labels.metricName, try selectors(question).isEmpty {
            // What Grafana asks first, and often: no series need be read for it.
            let source = TelemetrySeriesSource(database, configuration)
            values = Set(source.virtual.flatMap(\.metrics).map(\.name))
            for metric in try await source.catalogue.metrics(in: try span(question)) where !metric.stream.isDelta {
                values.formUnion(metric.stream.parts.map { metric.stream.family + $0.suffix })
            }
            values.subtract(["traces_service_graph_request_server_seconds"])
            values.formUnion(
                ["_bucket", "_count", "_sum"].map { "traces_service_graph_request_server_seconds" + $0 }
            )
            warnings = source.warnings
        } else {
            warnings = try await forEachLabelSet(question) { labels in
                let value = labels[name]
                if !value.isEmpty { values.insert(value) }
            }
        }
        return try texts(values, question, warnings)
    }

    /// Goes through the label sets that `match[]` selects, or all.
    private func forEachLabelSet(_ question: Question, _ body: (Labels) -> Void) async throws -> [String] {
        let selectors = try selectors(question)
        let span = try span(question)
        let source = TelemetrySeriesSource(database, configuration)
        for matchers in selectors.isEmpty ? [[]] : selectors {
            for labels in try await source.labelSets(matchers, in: span) { body(labels) }
        }
        return source.warnings
    }

    private func texts(_ texts: Set<String>, _ question: Question, _ warnings: [String]) throws -> Response {
        let sorted = texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let (kept, isCut) = Self.cut(sorted, to: try question.count("limit"))
        return PrometheusInterface.answer(to: question, warnings: warnings + (isCut ? [Self.truncated] : [])) {
            PrometheusInterface.append(kept, to: &$0.bytes)
        }
    }

    private static func cut<Element>(_ elements: [Element], to limit: Int?) -> (kept: [Element], isCut: Bool) {
        guard let limit, limit > 0, elements.count > limit else { return (elements, false) }
        return (Array(elements.prefix(limit)), true)
    }

    private func selectors(_ question: Question) throws -> [[LabelMatcher]] {
        try question.all("match[]").map { text in
            do {
                let matchers = try Parser().parseSelector(text).matchers
                guard matchers.contains(where: { !$0.matches("") }) else {
                    throw QueryFailure.invalid(
                        "invalid parameter \"match[]\": match[] must contain at least one non-empty matcher"
                    )
                }
                return matchers
            } catch let error as ParseError {
                throw QueryFailure.invalid("invalid parameter \"match[]\": \(error)")
            }
        }
    }

    func span(_ question: Question) throws -> TimeSpan {
        let start = try question["start"].map { text throws(QueryFailure) in
            try PrometheusTime.instant(text, of: "start")
        }
        let end = try question["end"].map { text throws(QueryFailure) in
            try PrometheusTime.instant(text, of: "end")
        }
        if let start, let end, end < start {
            throw QueryFailure.invalid("invalid parameter \"end\": end timestamp must not be before start time")
        }
        return TimeSpan(from: start ?? .min, through: end ?? .max)
    }

    private func metadata(_ question: Question) async throws -> Response {
        let limit = try question.count("limit")
        let perMetric = try question.count("limit_per_metric")
        let wanted = question["metric"]
        let source = TelemetrySeriesSource(database, configuration)
        var families: [String: [VirtualMetric]] = [:]
        for metric in source.virtual.flatMap(\.metrics) { families[metric.name, default: []].append(metric) }
        for metric in try await source.catalogue.metrics(in: Self.everything) {
            let stream = metric.stream
            families[stream.family, default: []].append(
                VirtualMetric(
                    name: stream.family,
                    type: stream.prometheusType,
                    help: metric.description,
                    unit: PrometheusNames.unit(stream.unit)
                )
            )
        }
        let chosen = families.filter { wanted == nil || $0.key == wanted }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let (kept, isCut) = Self.cut(chosen, to: limit)
        return PrometheusInterface.answer(to: question, warnings: isCut ? [Self.truncated] : []) { stream in
            stream.bytes.append(UInt8(ascii: "{"))
            for (index, (name, metrics)) in kept.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                PrometheusMetadata.append(name, Self.cut(metrics, to: perMetric).kept, to: &stream.bytes)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(UInt8(ascii: "}"))
        }
    }

    private func buildInformation(_ question: Question) async throws -> Response {
        // Without a member `features`: with one Grafana takes it for another product.
        Self.constant(
            #"{"version":"3.5.0","revision":"faultline","branch":"","buildUser":"","buildDate":"","goVersion":""}"#,
            question
        )
    }

    private static func constant(_ data: String, _ question: Question) -> Response {
        PrometheusInterface.answer(to: question) { $0.bytes.append(contentsOf: data.utf8) }
    }

    private func exemplars(_ question: Question) async throws -> Response {
        let text = try question.required("query")
        let expression = try await Self.naming("query") { try Parser().parse(text) }
        let span = try span(question)
        let source = TelemetrySeriesSource(database, configuration)
        let exemplars = ExemplarReader(database: database)
        var found: [Labels: Set<Exemplar>] = [:]
        for matchers in Set(expression.selectors) {
            for selection in try await source.selections(matchers, in: span) {
                for (labels, more) in try await exemplars.read(selection, matchers, in: span) {
                    found[labels, default: []].formUnion(more)
                }
            }
        }
        let sorted = found.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        return PrometheusInterface.answer(to: question, warnings: source.warnings) { stream in
            stream.bytes.append(UInt8(ascii: "["))
            for (index, (labels, exemplars)) in sorted.enumerated() {
                if index > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                stream.bytes.append(contentsOf: #"{"seriesLabels":"#.utf8)
                PrometheusValues.append(labels, to: &stream.bytes)
                stream.bytes.append(contentsOf: #","exemplars":["#.utf8)
                let inOrder = exemplars.sorted { ($0.time, $0.value) < ($1.time, $1.value) }
                for (number, exemplar) in inOrder.enumerated() {
                    if number > 0 { stream.bytes.append(UInt8(ascii: ",")) }
                    exemplar.append(to: &stream.bytes)
                }
                stream.bytes.append(contentsOf: "]}".utf8)
                try await stream.sendIfLarge()
            }
            stream.bytes.append(UInt8(ascii: "]"))
        }
    }
}
