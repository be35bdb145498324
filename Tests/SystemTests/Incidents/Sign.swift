/// Something that an incident leaves in the telemetry, as a number and the bound from which on it is there.
struct Sign: Sendable {
    /// What is counted or measured, in a few words.
    let name: String
    /// From this value on, the sign is there.
    let bound: Double
    /// Whether the fix prevents it; a fix does not prevent what somebody else does wrong.
    var isPreventedByFix = true
    private let query: @Sendable (Window) -> String

    /// The query that gives the number for a window of time.
    func query(in window: Window) -> String { query(window) }

    /// How many log records there are of a kind.
    static func logs(_ name: String, atLeast bound: Double = 3, where condition: String) -> Sign {
        Sign(name: name, bound: bound) { window in
            "SELECT count() FROM otel_logs WHERE \(window.condition("Timestamp")) AND \(condition)"
        }
    }

    /// How many spans there are of a kind.
    static func spans(_ name: String, atLeast bound: Double = 3, where condition: String) -> Sign {
        aggregate(name, "count()", atLeast: bound, where: condition)
    }

    /// Any aggregate of spans.
    static func aggregate(
        _ name: String,
        _ expression: String,
        atLeast bound: Double,
        where condition: String
    ) -> Sign {
        Sign(name: name, bound: bound) { window in
            "SELECT ifNotFinite(toFloat64(\(expression)), 0) FROM otel_traces "
                + "WHERE \(window.condition("Timestamp")) AND \(condition)"
        }
    }

    /// The 95th percentile of an endpoint's time, in milliseconds.
    static func p95(_ endpoint: String, of service: String, atLeast bound: Double) -> Sign {
        aggregate(
            "p95 \(endpoint), ms",
            "if(count() < 10, 0, quantile(0.95)(Duration) / 1e6)",
            atLeast: bound,
            where: "ServiceName = '\(service)' AND SpanKind = 'Server' AND SpanName = '\(endpoint)'"
        )
    }

    /// The share of an endpoint's answers that have a status, in percent.
    static func share(_ status: Int, of endpoint: String, at service: String, atLeast bound: Double) -> Sign {
        aggregate(
            "\(endpoint) \(status), %",
            "if(count() < 10, 0, 100 * countIf(SpanAttributes['http.response.status_code'] = '\(status)') / count())",
            atLeast: bound,
            where: "ServiceName = '\(service)' AND SpanKind = 'Server' AND SpanName = '\(endpoint)'"
        )
    }

    /// The highest value of a gauge, or of a sum that goes up and down.
    static func highest(
        _ metric: String,
        in table: String,
        atLeast bound: Double,
        where condition: String = "true"
    ) -> Sign {
        Sign(name: "max \(metric)", bound: bound) { window in
            "SELECT ifNotFinite(toFloat64(max(Value)), 0) FROM \(table) "
                + "WHERE \(window.condition("TimeUnix")) AND MetricName = '\(metric)' AND \(condition)"
        }
    }

    /// By how much a counter rose, all its series together.
    static func rise(_ metric: String, atLeast bound: Double, where condition: String = "true") -> Sign {
        Sign(name: "rise of \(metric)", bound: bound) { window in
            """
            SELECT sum(rise) FROM (
              SELECT max(Value) - min(Value) AS rise FROM otel_metrics_sum
              WHERE \(window.condition("TimeUnix")) AND MetricName = '\(metric)' AND \(condition)
              GROUP BY ServiceName, ResourceAttributes['service.instance.id'], Attributes)
            """
        }
    }
}

extension Sign {
    /// The same sign, which the fix leaves.
    var whateverTheFix: Sign {
        var copy = self
        copy.isPreventedByFix = false
        return copy
    }
}

/// A stretch of time, in milliseconds since 1970.
struct Window: Sendable {
    let from: Int
    var to: Int?

    /// The condition that a column of time lies in it.
    func condition(_ column: String) -> String {
        let start = "\(column) >= fromUnixTimestamp64Milli(\(from))"
        return to.map { "\(start) AND \(column) < fromUnixTimestamp64Milli(\($0))" } ?? start
    }
}
