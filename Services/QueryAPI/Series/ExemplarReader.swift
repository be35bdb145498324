import ClickHouseHTTP
import PromQL
import TextCoding

/// A measurement that stands for others, with the trace that it was made in.
struct Exemplar: Hashable, Sendable {
    /// Milliseconds since the epoch.
    let time: Int64
    let value: Double
    /// `trace_id`, `span_id`, and the attributes that the series does not have.
    let labels: Labels

    /// Appends it as Prometheus' API writes it.
    func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"labels":"#.utf8)
        PrometheusValues.append(labels, to: &bytes)
        bytes.append(contentsOf: #","value":"#.utf8)
        JSONText.append(NumberFormat.sample(value), to: &bytes)
        bytes.append(contentsOf: #","timestamp":"#.utf8)
        PrometheusTime.append(time, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }
}

/// Reads the exemplars of series.
struct ExemplarReader: Sendable {
    /// So many exemplars of one metric are read, the newest.
    private static let limit = 10_000
    /// OpenMetrics' limit on the labels of an exemplar, in characters.
    private static let labelCharacters = 128

    let database: TelemetryDatabase

    /// The exemplars of the series that are selected. Those of a histogram belong to the bucket that they fell into.
    func read(
        _ selection: TelemetrySeriesSource.Selection,
        _ matchers: [LabelMatcher],
        in span: TimeSpan
    ) async throws -> [Labels: Set<Exemplar>] {
        let from: SQL
        switch (selection.part, selection.stream.kind) {
        case (.value, .gauge): from = "FROM otel_metrics_gauge"
        case (.value, _): from = "FROM otel_metrics_sum"
        case (.bucket, _): from = "FROM otel_metrics_histogram"
        default: return [:]
        }
        let bounds: SQL = selection.part == .bucket ? ", ExplicitBounds" : ", CAST([], 'Array(Float64)')"
        let select: SQL = """
            SELECT SeriesId, toUnixTimestamp64Milli(time), value, traceID, spanID, attributes
            """
        let rest: SQL = """
            ARRAY JOIN `Exemplars.TimeUnix` AS time, `Exemplars.Value` AS value, `Exemplars.TraceId` AS traceID,
                `Exemplars.SpanId` AS spanID, `Exemplars.FilteredAttributes` AS attributes
            WHERE ServiceName IN {services:Array(String)} AND MetricName = {metric:String}
              AND TimeUnix >= fromUnixTimestamp64Milli({from:Int64})
              AND TimeUnix <= fromUnixTimestamp64Milli({through:Int64} + 300000)
              AND time >= fromUnixTimestamp64Milli({from:Int64})
              AND time < fromUnixTimestamp64Milli({through:Int64} + 1)
              AND SeriesId >= {low:UInt64} AND SeriesId <= {high:UInt64}
            ORDER BY time DESC
            LIMIT {limit:UInt64}
            """
        let ids = selection.entries.map(\.id)
        var parameters = span.parameters
        parameters["services"] = ClickHouseParameter(Array(Set(selection.entries.map(\.service))).sorted())
        parameters["metric"] = ClickHouseParameter(selection.stream.name)
        parameters["low"] = ClickHouseParameter(ids.min() ?? 0)
        parameters["high"] = ClickHouseParameter(ids.max() ?? 0)
        parameters["limit"] = ClickHouseParameter(Self.limit)
        var rows = try await database.rows(select + bounds + from + rest, parameters)
        let own = Dictionary(selection.entries.map { ($0.id, selection.labels(of: $0)) }) { one, _ in one }
        var found: [Labels: Set<Exemplar>] = [:]
        while !rows.isAtEnd {
            let id = try rows.number(UInt64.self)
            let time = try rows.number(Int64.self)
            let value = try rows.double()
            let trace = (id: try rows.text(), span: try rows.text())
            let attributes = try rows.map()
            let bounds = try rows.array { try $0.double() }
            guard var labels = own[id] else { continue }
            if selection.part == .bucket {
                labels["le"] = bounds.first { value <= $0 }.map(NumberFormat.plain) ?? "+Inf"
            }
            guard TelemetrySeriesSource.satisfies(matchers.filter { $0.name == "le" }, labels) else { continue }
            found[labels, default: []].insert(
                Exemplar(time: time, value: value, labels: Self.labels(trace, attributes))
            )
        }
        return found
    }

    private static func labels(_ trace: (id: String, span: String), _ attributes: [String: String]) -> Labels {
        let own = ["trace_id": trace.id, "span_id": trace.span]
        let all = PrometheusNames.labels(attributes).merging(own) { _, own in own }
        let length = all.reduce(0) { $0 + $1.key.count + $1.value.count }
        return Labels(length <= labelCharacters ? all : own)
    }
}
