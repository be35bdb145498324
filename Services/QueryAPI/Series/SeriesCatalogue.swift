import ClickHouseHTTP
import PromQL

/// Which series there are: the table `metric_series`.
struct SeriesCatalogue: Sendable {
    /// A series as it is stored.
    struct Entry: Sendable {
        let id: UInt64
        let stream: MetricStream
        let service: String
        /// The labels, without the metric's name.
        let labels: [String: String]
    }

    /// A metric with what people say about it.
    struct Metric: Sendable {
        let stream: MetricStream
        let description: String
    }

    private static let days: SQL = """
        WHERE Day >= toDate(fromUnixTimestamp64Milli({from:Int64}))
          AND Day <= toDate(fromUnixTimestamp64Milli({through:Int64}))
        """

    let database: TelemetryDatabase
    let labels: SeriesLabels
    /// How many series may be read at once.
    let limit: Int

    /// The metrics that had points in a span, to the day.
    func metrics(in span: TimeSpan) async throws -> [Metric] {
        guard !span.isEmpty else { return [] }
        var rows = try await database.rows(
            "SELECT MetricName, Kind, Temporality, Unit, anyLast(Description) FROM metric_series" + Self.days
                + "GROUP BY MetricName, Kind, Temporality, Unit ORDER BY MetricName, Kind, Unit, Temporality",
            span.parameters
        )
        var metrics: [Metric] = []
        while !rows.isAtEnd {
            let name = try rows.text()
            let kind = try rows.text()
            let isDelta = try rows.number(Int32.self) == 1
            let unit = try rows.text()
            let description = try rows.text()
            guard let kind = MetricStream.Kind(rawValue: kind) else { continue }
            let stream = MetricStream(name: name, kind: kind, isDelta: isDelta, unit: unit)
            metrics.append(Metric(stream: stream, description: description))
        }
        return metrics
    }

    /// The series of metrics that had points in a span.
    ///
    /// - Throws: ``QueryFailure/tooMuch(_:)`` when there are more than the limit.
    func entries(of streams: [MetricStream], in span: TimeSpan) async throws -> [Entry] {
        guard !span.isEmpty, !streams.isEmpty else { return [] }
        let names = Array(Set(streams.map(\.name))).sorted()
        // A request line has an end: many names are not told apart in the statement but here.
        let isShort = names.reduce(0) { $0 + $1.utf8.count + 10 } < 3_000
        var parameters = span.parameters
        parameters["names"] = ClickHouseParameter(isShort ? names : [])
        parameters["limit"] = ClickHouseParameter(limit + 1)
        var rows = try await database.rows(
            """
            SELECT MetricName, SeriesId, any(Kind) AS Kind, any(Temporality) AS Temporality, any(Unit) AS Unit,
                any(ServiceName) AS ServiceName, any(ScopeName) AS ScopeName, any(ScopeVersion) AS ScopeVersion,
                any(ResourceAttributes) AS ResourceAttributes, any(Attributes) AS Attributes
            FROM metric_series
            """ + Self.days + """
                AND (empty({names:Array(String)}) OR MetricName IN {names:Array(String)})
                GROUP BY MetricName, SeriesId
                HAVING max(LastSeen) >= toDateTime(fromUnixTimestamp64Milli({from:Int64}), 'UTC')
                   AND min(FirstSeen) <= toDateTime(fromUnixTimestamp64Milli({through:Int64}), 'UTC')
                ORDER BY MetricName, SeriesId
                LIMIT {limit:UInt64}
                """,
            parameters
        )
        let wanted = Set(streams)
        var entries: [Entry] = []
        var count = 0
        while !rows.isAtEnd {
            let name = try rows.text()
            let id = try rows.number(UInt64.self)
            let kind = try rows.text()
            let isDelta = try rows.number(Int32.self) == 1
            let unit = try rows.text()
            let service = try rows.text()
            let scope = (name: try rows.text(), version: try rows.text())
            let resource = try rows.map()
            let attributes = try rows.map()
            count += 1
            guard count <= limit else {
                throw QueryFailure.tooMuch("query selects too many series: at most \(limit) are allowed")
            }
            guard let kind = MetricStream.Kind(rawValue: kind) else { continue }
            let stream = MetricStream(name: name, kind: kind, isDelta: isDelta, unit: unit)
            guard wanted.contains(stream) else { continue }
            entries.append(
                Entry(
                    id: id,
                    stream: stream,
                    service: service,
                    labels: labels.labels(resource: resource, scope: scope, attributes: attributes)
                )
            )
        }
        return entries
    }
}
