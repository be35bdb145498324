/// The traces that the tests ask about by id: one of three spans in two services, and one of a service with a slash.
enum SampleTraces {
    static let checkout = "0000000000000000c0ffee0000000001"
    static let other = "0000000000000000c0ffee0000000002"

    /// Statements that store them.
    ///
    /// - Parameter end: The end of the sample telemetry, in seconds since the epoch; the traces began a minute before.
    static func statements(end: Int64) -> [String] {
        let start = (end - 60) * 1_000_000_000
        func time(_ nanoseconds: Int64) -> String { "fromUnixTimestamp64Nano(toInt64(\(start + nanoseconds)))" }
        return [
            """
            INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind,
                ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode,
                StatusMessage, `Events.Timestamp`, `Events.Name`, `Events.Attributes`, `Links.TraceId`,
                `Links.SpanId`, `Links.TraceState`, `Links.Attributes`)
            VALUES
            (\(time(0)), '\(checkout)', 'a000000000000001', '', 'vendor=1', 'POST /checkout', 'Server', 'cart',
                map('service.name', 'cart', 'host.name', 'h2'), 'http', '1.0',
                map('http.response.status_code', '504', 'user.tier', 'gold'), 1500000000, 'Error', 'took too long',
                [\(time(1_000_000))], ['exception'], [map('exception.type', 'Timeout')],
                ['\(other)'], ['b000000000000001'], [''], [map()]),
            (\(time(100_000_000)), '\(checkout)', 'a000000000000002', 'a000000000000001', '', 'POST', 'Client', 'cart',
                map('service.name', 'cart', 'host.name', 'h2'), 'http', '1.0', map('url.path', '/pay'), 900000000,
                'Unset', '', [], [], [], [], [], [], []),
            (\(time(200_000_000)), '\(checkout)', 'a000000000000003', 'a000000000000002', '', 'POST /pay',
                'SPAN_KIND_SERVER', 'pay', map('service.name', 'pay', 'cloud.region', 'eu'), '', '',
                map('card.kind', 'visa:debit'), 800000000, 'STATUS_CODE_ERROR', '', [], [], [], [], [], [], []),
            (\(time(5_000_000_000)), '\(other)', 'b000000000000001', '', '', 'run', 'Internal', 'team/batch',
                map('service.name', 'team/batch'), '', '', map(), 2000000, 'Ok', '', [], [], [], [], [], [], [])
            """,
            """
            INSERT INTO otel_logs (Timestamp, TraceId, SpanId, SeverityText, SeverityNumber, ServiceName, Body,
                ResourceAttributes, LogAttributes)
            VALUES
            (\(time(0)), '', '', 'warning', 0, 'pay', 'card is slow', map(), map()),
            (\(time(1_000_000_000)), '\(checkout)', 'a000000000000003', 'ERROR', 17, 'pay',
                'card "visa" was refused', map('service.name', 'pay'), map('code', '51'))
            """,
        ]
    }
}
