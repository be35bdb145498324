-- Every span of one trace, in the order of their start.
--
-- trace_id: 32 hexadecimal digits; the latest error's trace, or else the latest trace, unless given.
WITH
    (
        SELECT TraceId
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalMinute(15) AND {trace_id:Nullable(String)} IS NULL
        ORDER BY StatusCode IN ('Error', 'STATUS_CODE_ERROR') DESC, Timestamp DESC
        LIMIT 1
    ) AS latest,
    ifNull({trace_id:Nullable(String)}, latest) AS wanted,
    (
        -- The little table knows when the trace was, which leaves few granules of the large one.
        SELECT (min(Start), max(End) + 1) FROM otel_traces_trace_id_ts WHERE TraceId = wanted
    ) AS bounds
SELECT
    Timestamp,
    ServiceName,
    SpanName,
    SpanKind,
    round(Duration / 1e6, 2) AS duration_ms,
    StatusCode,
    StatusMessage,
    SpanId,
    ParentSpanId
FROM otel_traces
WHERE TraceId = wanted AND Timestamp >= bounds.1 AND Timestamp <= bounds.2
ORDER BY Timestamp, SpanId
