-- Durations of each service's spans: median to maximum.
--
-- since: seconds to look back, one hour unless given.
SELECT
    ServiceName,
    count() AS span_count,
    round(quantiles(0.5, 0.9, 0.95, 0.99)(Duration)[1] / 1e6, 2) AS p50_ms,
    round(quantiles(0.5, 0.9, 0.95, 0.99)(Duration)[2] / 1e6, 2) AS p90_ms,
    round(quantiles(0.5, 0.9, 0.95, 0.99)(Duration)[3] / 1e6, 2) AS p95_ms,
    round(quantiles(0.5, 0.9, 0.95, 0.99)(Duration)[4] / 1e6, 2) AS p99_ms,
    round(max(Duration) / 1e6, 2) AS max_ms
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
GROUP BY ServiceName
ORDER BY p99_ms DESC, ServiceName
