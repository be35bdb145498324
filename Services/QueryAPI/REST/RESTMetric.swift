/// A question about a metric, as the expression of PromQL that answers it.
struct RESTMetric: Sendable {
    /// The aggregations that there are.
    private static let quantiles: [String: String] = [
        "p50": "0.5", "p75": "0.75", "p90": "0.9", "p95": "0.95", "p99": "0.99",
    ]
    private static let aggregations = ["avg", "sum", "min", "max", "count", "rate"] + quantiles.keys.sorted()

    let name: String
    let kind: String
    let unit: String
    let aggregation: String
    /// Seconds.
    let step: Int64
    let expression: String

    /// Finds the metric, by OpenTelemetry's name or by Prometheus', and reads what is asked of it.
    init(_ body: RESTBody, _ span: TimeSpan, catalogue: SeriesCatalogue) async throws {
        guard let name = try body.text("metric_name") else { throw QueryFailure.invalid("metric_name is missing") }
        let aggregation = try body.text("aggregation") ?? "avg"
        guard Self.aggregations.contains(aggregation) else {
            throw QueryFailure.invalid("aggregation must be one of \(Self.aggregations.joined(separator: ", "))")
        }
        let groups = try body.list("group_by")
        guard groups.count <= 16, groups.allSatisfy(Self.isLabel) else {
            throw QueryFailure.invalid("group_by must have names of labels such as http_route, 16 at most")
        }
        // About a hundred points, whole minutes apart; of long spans in steps of the rollups.
        let multiple: Int64 =
            switch span.length {
            case ...RollupStep.longestOfPoints: 60
            case ...(3 * RollupStep.longestOfPoints): RollupStep.fiveMinutes.length / 1_000
            default: RollupStep.hour.length / 1_000
            }
        let usual = Int(max(multiple, (span.length / 100_000 + multiple - 1) / multiple * multiple))
        step = Int64(try body.count("step_seconds", default: usual, in: 1...86_400))
        guard span.length / (step * 1_000) <= 11_000 else {
            throw QueryFailure.invalid("step_seconds is too small: at most 11,000 points can be asked for")
        }
        let spelling = PrometheusNames.label(name)
        let streams = try await catalogue.metrics(in: span).map(\.stream).filter { stream in
            !stream.parts.isEmpty && !stream.isDelta
                && (stream.name == name || stream.family == name || PrometheusNames.label(stream.name) == spelling)
        }
        guard let stream = streams.first(where: { $0.name == name || $0.family == name }) ?? streams.first else {
            throw QueryFailure.notFound(
                "no metric with this name had points in this time, or it has none that can be aggregated"
            )
        }
        var matchers = ""
        if let service = try body.text("service_name") {
            // A job may have the namespace of its service before the name.
            matchers = "{job=~\"(.*/)?\(Self.escaped(service))\"}"
        }
        self.name = stream.name
        self.aggregation = aggregation
        kind = stream.kind.rawValue
        unit = stream.unit
        expression = try Self.expression(
            of: stream,
            aggregation,
            matchers,
            window: "[\(max(step, 60))s]",
            by: groups
        )
    }

    /// The time of the first point: of long spans the first multiple of the step, so that rollups have what is asked.
    func start(of span: TimeSpan) -> Int64 {
        guard span.length > RollupStep.longestOfPoints else { return span.from }
        let milliseconds = step * 1_000
        return (span.from + milliseconds - 1) / milliseconds * milliseconds
    }

    private static func expression(
        of stream: MetricStream,
        _ aggregation: String,
        _ matchers: String,
        window: String,
        by groups: [String]
    ) throws(QueryFailure) -> String {
        let by = groups.isEmpty ? "" : " by (\(groups.joined(separator: ", "))) "
        func series(_ suffix: String) -> String { stream.family + suffix + matchers + window }
        switch stream.kind {
        case .gauge, .sum:
            if let quantile = quantiles[aggregation] {
                return "quantile\(by)(\(quantile), quantile_over_time(\(quantile), \(series(""))))"
            }
            switch aggregation {
            case "rate": throw .invalid("rate needs a counter, a histogram or a summary, and this is a gauge")
            case "count": return "sum\(by)(count_over_time(\(series(""))))"
            // The sum over the series of what each was on average: points are not added up over time.
            case "sum": return "sum\(by)(avg_over_time(\(series(""))))"
            default: return "\(aggregation)\(by)(\(aggregation)_over_time(\(series(""))))"
            }
        case .counter:
            if let quantile = quantiles[aggregation] { return "quantile\(by)(\(quantile), rate(\(series(""))))" }
            switch aggregation {
            case "rate": return "sum\(by)(rate(\(series(""))))"
            case "sum", "count": return "sum\(by)(increase(\(series(""))))"
            default: return "\(aggregation)\(by)(rate(\(series(""))))"
            }
        case .histogram, .summary:
            switch aggregation {
            case "avg": return "sum\(by)(rate(\(series("_sum")))) / sum\(by)(rate(\(series("_count"))))"
            case "rate": return "sum\(by)(rate(\(series("_count"))))"
            case "count": return "sum\(by)(increase(\(series("_count"))))"
            case "sum": return "sum\(by)(increase(\(series("_sum"))))"
            default: break
            }
            guard stream.kind == .histogram, let quantile = quantiles[aggregation] else {
                throw .invalid("\(aggregation) cannot be had of a \(stream.kind.rawValue)")
            }
            let labels = (["le"] + groups).joined(separator: ", ")
            return "histogram_quantile(\(quantile), sum by (\(labels)) (rate(\(series("_bucket")))))"
        case .exponentialHistogram:
            throw .invalid("\(stream.name) is a native histogram, and those are not supported")
        }
    }

    private static func isLabel(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { octet in
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
            default: false
            }
        }
    }

    /// A text as a regular expression that matches it alone, within quotation marks of PromQL.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_" {
                escaped.unicodeScalars.append(scalar)
            } else if scalar.isASCII, scalar.value > 0x20, scalar.value < 0x7F {
                escaped += scalar == "\"" ? "\\\\\\\"" : scalar == "\\" ? "\\\\\\\\" : "\\\\\(scalar)"
            } else {
                escaped += "\\\\x{\(String(scalar.value, radix: 16))}"
            }
        }
        return escaped
    }
}
