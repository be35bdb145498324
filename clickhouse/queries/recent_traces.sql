-- The latest traces by their first span: what was asked, how long it took, how it ended.
--
-- since: seconds to look back, one hour unless given. rows: 5 unless given.
SELECT
    Timestamp,
    ServiceName,
    SpanName,
    round(Duration / 1e6, 2) AS duration_ms,
    StatusCode,
    TraceId
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND ParentSpanId = ''
ORDER BY Timestamp DESC
LIMIT ifNull({rows:Nullable(UInt32)}, 5)
