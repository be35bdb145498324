/// The log records that clients of Loki ask about: ten minutes of three services.
enum SampleLogs {
    /// Statements that store them.
    ///
    /// - Parameter end: The end of the samples, in seconds since the epoch; the records lie in the ten minutes before it.
    static func statements(end: Int64) -> [String] {
        func time(_ seconds: String) -> String {
            "fromUnixTimestamp64Nano(toInt64(\(end) - 600 + \(seconds)) * 1000000000 + 123456789)"
        }
        return [
            // logfmt, every five seconds from two pods; every tenth is an error, every fourth belongs to a trace.
            """
            INSERT INTO otel_logs (Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body,
                ResourceAttributes, ScopeName, ScopeVersion, ScopeAttributes, LogAttributes)
            SELECT \(time("number * 5")), if(number % 4 = 0, leftPad(hex(number + 1), 32, '0'), ''),
                if(number % 4 = 0, leftPad(hex(number + 1), 16, '0'), ''), if(number % 4 = 0, 1, 0),
                if(number % 10 = 0, 'ERROR', 'INFO'), if(number % 10 = 0, 17, 9), 'gateway',
                concat('level=', if(number % 10 = 0, 'error', 'info'), ' method=GET path=/p', toString(number % 3),
                    ' status=', if(number % 10 = 0, '500', '200'), ' took=', toString(number), 'ms size=',
                    toString(number * 10), 'B peer=10.0.', toString(number % 4), '.7'),
                map('service.name', 'gateway', 'service.namespace', 'web', 'k8s.pod.name',
                    concat('gw-', toString(number % 2)), 'deployment.environment.name', 'prod', 'host.name', 'h1'),
                'http', '1.2', map('scope.kind', 'server'),
                map('http.route', concat('/p', toString(number % 3)), 'http_route', '', 'user.id',
                    concat('u', toString(number % 5)), 'service.name', 'inner')
            FROM numbers(120)
            """,
            // JSON, every ten seconds.
            """
            INSERT INTO otel_logs (Timestamp, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, EventName)
            SELECT \(time("number * 10")), 'WARN', 13, 'worker',
                concat('{"job":"j', toString(number % 4), '","ms":', toString(number * 3), ',"nested":{"ok":',
                    if(number % 2 = 0, 'true', 'false'), '},"list":[1,2],"text":"it\\'s \\\\"', toString(number), '\\\\""}'),
                map('service.name', 'worker', 'deployment.environment.name', 'test'), 'job.done'
            FROM numbers(60)
            """,
            // Without a service, and without a number of severity.
            """
            INSERT INTO otel_logs (Timestamp, SeverityText, ServiceName, Body) VALUES
            (\(time("300")), '', '', 'all is well'), (\(time("301")), '', '', 'a Warning of storms'),
            (\(time("302")), 'Err', '', 'broken'), (\(time("303")), '', '', 'line one\\nline two')
            """,
        ]
    }
}
