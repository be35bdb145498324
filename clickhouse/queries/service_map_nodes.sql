-- The nodes of HyperDX's Service Map: every service that answers calls or makes them, with what it
-- answered. A service that only calls has no calls of its own.
--
-- since: seconds to look back, one hour unless given.
SELECT
    ServiceName AS service,
    countIf(is_server) AS calls,
    countIf(is_server AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS errors,
    if(calls = 0, 0, round(100 * errors / calls, 2)) AS error_rate_pct,
    if(calls = 0, 0, round(quantileIf(0.5)(Duration, is_server) / 1e6, 2)) AS p50_ms,
    if(calls = 0, 0, round(quantileIf(0.95)(Duration, is_server) / 1e6, 2)) AS p95_ms,
    if(calls = 0, 0, round(quantileIf(0.99)(Duration, is_server) / 1e6, 2)) AS p99_ms
FROM
(
    SELECT
        ServiceName,
        StatusCode,
        Duration,
        SpanKind IN ('Server', 'Consumer', 'SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER') AS is_server
    FROM otel_traces
    WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
      AND SpanKind NOT IN ('Internal', 'SPAN_KIND_INTERNAL', 'Unspecified', 'SPAN_KIND_UNSPECIFIED', '')
)
GROUP BY service
ORDER BY calls DESC, service
