/// The telemetry that the tests ask about: ten minutes of samples, ten seconds apart.
enum SampleTelemetry {
    private static let resource =
        "map('service.name','shop','service.instance.id','one','host.name','h1')"

    /// Statements that store it.
    ///
    /// - Parameter end: The time of the last sample, in seconds since the epoch.
    static func statements(end: Int64) -> [String] {
        let times = "fromUnixTimestamp64Milli(toInt64((\(end) - 600 + number * 10) * 1000))"
        return [
            // Each route gets one request a second; attributes come in both orders and are one series all the same.
            """
            INSERT INTO otel_metrics_sum (MetricName, MetricUnit, MetricDescription, ServiceName, ResourceAttributes,
                TimeUnix, Value, Attributes, IsMonotonic, AggregationTemporality)
            SELECT 'http.server.requests', '{request}', 'Requests answered.', 'shop', \(resource), \(times), number * 10,
                if(number % 2 = 0, map('http.route', '/a', 'z', '1'), map('z', '1', 'http.route', '/a')), true, 2
            FROM numbers(61)
            """,
            """
            INSERT INTO otel_metrics_sum (MetricName, MetricUnit, ServiceName, ResourceAttributes, TimeUnix, Value,
                Attributes, IsMonotonic, AggregationTemporality)
            SELECT 'http.server.requests', '{request}', 'shop', \(resource), \(times), number * 10,
                map('http.route', '/b'), true, 2
            FROM numbers(61)
            """,
            // What happened since the point before.
            """
            INSERT INTO otel_metrics_sum (MetricName, ServiceName, ResourceAttributes, TimeUnix, Value, IsMonotonic,
                AggregationTemporality)
            SELECT 'delta.things', 'shop', \(resource), \(times), 1, true, 1 FROM numbers(61)
            """,
            // It ended with a marker five minutes before the end.
            """
            INSERT INTO otel_metrics_gauge (MetricName, MetricUnit, ServiceName, ResourceAttributes, TimeUnix, Value, Flags)
            SELECT 'queue.fill', '1', 'shop', \(resource), \(times), number / 100, number = 30 FROM numbers(31)
            """,
            """
            INSERT INTO otel_metrics_histogram (MetricName, MetricUnit, ServiceName, ResourceAttributes, TimeUnix, Count,
                Sum, BucketCounts, ExplicitBounds, AggregationTemporality, `Exemplars.FilteredAttributes`,
                `Exemplars.TimeUnix`, `Exemplars.Value`, `Exemplars.SpanId`, `Exemplars.TraceId`)
            SELECT 'http.server.request.duration', 's', 'shop', \(resource), \(times), number * 10, number * 2.5,
                [number * 5, number * 4, number], [0.1, 1], 2, [map()], [\(times)], [0.5], ['00000000000000aa'],
                ['000000000000000000000000000000bb']
            FROM numbers(61)
            """,
            """
            INSERT INTO otel_metrics_summary (MetricName, ServiceName, ResourceAttributes, TimeUnix, Count, Sum,
                `ValueAtQuantiles.Quantile`, `ValueAtQuantiles.Value`)
            SELECT 'rpc.time', 'shop', \(resource), \(times), number, number * 2, [0.5, 0.99], [1.5, 9]
            FROM numbers(61)
            """,
            """
            INSERT INTO otel_metrics_exp_histogram (MetricName, ServiceName, ResourceAttributes, TimeUnix, Count, Sum,
                AggregationTemporality)
            SELECT 'native.time', 's', \(resource), \(times), 1, 1, 2 FROM numbers(2)
            """,
            // One call a second, one in ten failed, each took 80 ms.
            """
            INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode)
            SELECT fromUnixTimestamp64Milli(toInt64((\(end) - 600 + number) * 1000)), lower(hex(number + 1000)),
                lower(hex(number)), 'GET', 'Client', 'shop', 90000000, 'Unset'
            FROM numbers(601)
            """,
            """
            INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration,
                StatusCode)
            SELECT fromUnixTimestamp64Milli(toInt64((\(end) - 600 + number) * 1000)), lower(hex(number + 1000)),
                lower(hex(number + 5000)), lower(hex(number)), 'GET /stock', 'Server', 'stock', 80000000,
                if(number % 10 = 0, 'Error', 'Unset')
            FROM numbers(601)
            """,
        ] + SampleTraces.statements(end: end) + SampleLogs.statements(end: end)
    }
}
