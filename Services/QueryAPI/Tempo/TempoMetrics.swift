import ClickHouseHTTP
import PromQL
import TextCoding
import TraceQL

/// Figures over time of the spans that a query of TraceQL means.
struct TempoMetrics: Sendable {
    /// The most points of one series, as in Prometheus' API.
    static let mostSteps: Int64 = 11_000

    private struct Label: Hashable, Sendable {
        let key: String
        /// Appended as JSON: a text, or a number.
        let value: String
        let isNumber: Bool
    }

    private let metric: MetricStage
    private let span: NanosecondSpan
    /// Nanoseconds; `nil` for one value of the whole range.
    private let step: Int64?
    private let conditions: SpanConditions
    private let condition: SQL
    private let number: SQL?
    private let groups: [SQL]
    private let quantiles: [SQL]

    /// - Throws: ``QueryFailure/invalid(_:)`` for what cannot be evaluated.
    init(_ query: TraceQuery, in span: NanosecondSpan, step: Int64?) throws(QueryFailure) {
        guard let metric = query.metric else {
            throw .invalid("a query for figures ends with a metric such as | rate()")
        }
        guard case .filter(let filter) = query.spans else {
            throw .invalid("a metric of more than one spanset is not supported")
        }
        for case .aggregate in query.stages { throw .invalid("an aggregate before a metric is not supported") }
        guard !span.isEmpty else { throw .invalid("invalid parameter \"end\": it must be after start") }
        if let step, (span.through - span.from) / step > Self.mostSteps {
            throw .invalid(
                "the range has more than \(Self.mostSteps) steps: ask for a larger step or a shorter range"
            )
        }
        self.metric = metric
        self.span = span
        self.step = step
        var conditions = try SpanConditions(in: span)
        var condition = try conditions.condition(filter)
        var number: SQL?
        if let field = metric.function.field {
            let figure = try conditions.number(of: field)
            condition = condition + "AND" + figure + "IS NOT NULL"
            number = figure
        }
        self.number = number
        var groups: [SQL] = []
        for field in metric.groups {
            // As in Tempo, spans that lack a field make a series of their own.
            groups.append(try conditions.text(of: field))
        }
        self.groups = groups
        var quantiles: [SQL] = []
        if case .quantileOverTime(_, let shares) = metric.function {
            for share in shares { quantiles.append(try conditions.place(float: share)) }
        }
        self.quantiles = quantiles
        self.condition = condition
        self.conditions = conditions
    }

    /// The series as JSON, `{"series":[...]}`.
    ///
    /// - Parameter most: How many series there may be.
    func answer(_ most: Int, _ database: TelemetryDatabase) async throws -> [UInt8] {
        let statement = conditions.with(self.statement)
        var parameters = statement.parameters.merging(span.parameters) { $1 }
        parameters["step"] = ClickHouseParameter(step ?? Int64.max)
        var rows = try await database.rows(statement.sql, parameters)
        var series: [[Label]: [Int64: Double]] = [:]
        while !rows.isAtEnd {
            let at = try rows.number(Int64.self)
            let texts = Array(try rows.array { try $0.text() }.dropFirst())
            let bucket = try rows.double()
            let values = try rows.array { try $0.double() }
            for (index, value) in values.enumerated() {
                series[labels(texts, bucket: bucket, index), default: [:]][at] = value
            }
            guard series.count <= most else {
                throw QueryFailure.tooMuch("the query has more than \(most) series: group by fewer fields")
            }
        }
        return try text(series)
    }

    private var statement: SQL {
        var sql: SQL = "SELECT intDiv(toUnixTimestamp64Nano(Timestamp) - 1, {step:Int64}) + 1 AS at, [''"
        for group in groups { sql = sql + "," + group }
        sql = sql + "] AS labels," + bucket + "AS bucket," + value
        return sql
            + """
            FROM otel_traces
            WHERE Timestamp >= fromUnixTimestamp64Nano({from:Int64})
              AND Timestamp <= fromUnixTimestamp64Nano({through:Int64}) AND
            """ + condition + "GROUP BY at, labels, bucket ORDER BY at"
    }

    /// Durations are seconds in figures.
    private var scaled: SQL {
        guard let number else { return "0" }
        let start: SQL = "(assumeNotNull("
        return metric.function.field == .intrinsic(.duration)
            ? start + number + ") / 1000000000)" : start + number + "))"
    }

    private var bucket: SQL {
        guard case .histogramOverTime = metric.function, let number else { return "toFloat64(0)" }
        let start: SQL = "toFloat64(exp2(ceil(log2(greatest(assumeNotNull("
        return metric.function.field == .intrinsic(.duration)
            ? start + number + "), 1)))) / 1000000000)" : start + number + "), 1)))))"
    }

    private var value: SQL {
        func one(_ function: SQL) -> SQL { function + scaled + "))]" }
        switch metric.function {
        case .rate, .countOverTime, .histogramOverTime: return "[toFloat64(count())]"
        case .minimumOverTime: return one("[toFloat64(min(")
        case .maximumOverTime: return one("[toFloat64(max(")
        case .averageOverTime: return one("[toFloat64(avg(")
        case .sumOverTime: return one("[toFloat64(sum(")
        case .quantileOverTime:
            var sql: SQL = "["
            for (index, quantile) in quantiles.enumerated() {
                sql = sql + (index > 0 ? ", toFloat64(quantileTDigest(" : "toFloat64(quantileTDigest(")
                sql = sql + quantile + ")(" + scaled + "))"
            }
            return sql + "]"
        }
    }

    private func labels(_ texts: [String], bucket: Double, _ index: Int) -> [Label] {
        var labels = zip(metric.groups, texts).map { field, text in
            Label(key: "\(field)", value: text.isEmpty ? "nil" : text, isNumber: false)
        }
        switch metric.function {
        case .histogramOverTime:
            labels.append(Label(key: "__bucket", value: NumberFormat.plain(bucket), isNumber: true))
        case .quantileOverTime(_, let shares):
            labels.append(Label(key: "p", value: NumberFormat.plain(shares[index]), isNumber: true))
        default:
            if labels.isEmpty { labels.append(Label(key: "__name__", value: metric.function.name, isNumber: false)) }
        }
        return labels
    }

    private func text(_ series: [[Label]: [Int64: Double]]) throws -> [UInt8] {
        var bytes = Array(#"{"series":["#.utf8)
        let ordered = series.sorted { left, right in
            left.key.map(\.value).lexicographicallyPrecedes(right.key.map(\.value))
        }
        for (index, (labels, points)) in ordered.enumerated() {
            bytes.append(contentsOf: (index > 0 ? #",{"labels":["# : #"{"labels":["#).utf8)
            for (number, label) in labels.enumerated() {
                bytes.append(contentsOf: (number > 0 ? #",{"key":"# : #"{"key":"#).utf8)
                JSONText.append(label.key, to: &bytes)
                bytes.append(
                    contentsOf: (label.isNumber ? #","value":{"doubleValue":"# : #","value":{"stringValue":"#).utf8
                )
                if label.isNumber {
                    bytes.append(contentsOf: label.value.utf8)
                } else {
                    JSONText.append(label.value, to: &bytes)
                }
                bytes.append(contentsOf: "}}".utf8)
            }
            bytes.append(UInt8(ascii: "]"))
            append(points, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(contentsOf: "]}".utf8)
        return bytes
    }

    private func append(_ points: [Int64: Double], to bytes: inout [UInt8]) {
        let seconds = Double(step ?? max(1, span.through - span.from)) / 1e9
        let divisor = metric.function == .rate ? seconds : 1
        guard let step else {
            let value = (points.values.first ?? 0) / divisor
            return bytes.append(contentsOf: ",\"value\":\(NumberFormat.plain(value))".utf8)
        }
        let first = (span.from - 1) / step + 1
        let last = (span.through - 1) / step + 1
        // Where nothing happened the count is 0, and there is no smallest duration.
        let steps = metric.function.isCount ? Array(first...max(first, last)) : points.keys.sorted()
        bytes.append(contentsOf: #","samples":["#.utf8)
        for (index, at) in steps.enumerated() {
            let value = NumberFormat.plain((points[at] ?? 0) / divisor)
            let comma = index > 0 ? "," : ""
            bytes.append(contentsOf: "\(comma){\"timestampMs\":\"\(at * (step / 1_000_000))\",\"value\":\(value)}".utf8)
        }
        bytes.append(contentsOf: #"],"exemplars":[]"#.utf8)
    }
}

extension MetricStage.Function {
    fileprivate var field: Field? {
        switch self {
        case .rate, .countOverTime: nil
        case .minimumOverTime(let field), .maximumOverTime(let field), .averageOverTime(let field),
            .sumOverTime(let field), .quantileOverTime(let field, _), .histogramOverTime(let field):
            field
        }
    }

    fileprivate var isCount: Bool {
        switch self {
        case .rate, .countOverTime, .histogramOverTime: true
        default: false
        }
    }

    fileprivate var name: String {
        switch self {
        case .rate: "rate"
        case .countOverTime: "count_over_time"
        case .minimumOverTime: "min_over_time"
        case .maximumOverTime: "max_over_time"
        case .averageOverTime: "avg_over_time"
        case .sumOverTime: "sum_over_time"
        case .quantileOverTime: "quantile_over_time"
        case .histogramOverTime: "histogram_over_time"
        }
    }
}
