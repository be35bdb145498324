-- The slowest spans.
--
-- since: seconds to look back, one hour unless given. slower_than_ms: 100 unless given.
SELECT
    Timestamp,
    ServiceName,
    SpanName,
    round(Duration / 1e6, 2) AS duration_ms,
    StatusCode,
    TraceId
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND Duration > ifNull({slower_than_ms:Nullable(UInt32)}, 100) * 1000000
ORDER BY Duration DESC
LIMIT 10
