-- Which span calls which inside and across services: the flow of the application.
--
-- since: seconds to look back, one hour unless given.
WITH
    spans AS
    (
        SELECT TraceId, SpanId, ParentSpanId, ServiceName, SpanName, StatusCode, Duration
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
    )
SELECT
    parent.ServiceName AS parent_service,
    parent.SpanName AS parent_span,
    child.ServiceName AS child_service,
    child.SpanName AS child_span,
    count() AS calls,
    round(avg(child.Duration) / 1e6, 2) AS avg_ms,
    round(max(child.Duration) / 1e6, 2) AS max_ms,
    countIf(child.StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS errors,
    round(100 * errors / calls, 2) AS error_rate_pct
FROM spans AS parent
INNER JOIN spans AS child ON child.TraceId = parent.TraceId AND child.ParentSpanId = parent.SpanId
GROUP BY parent_service, parent_span, child_service, child_span
ORDER BY calls DESC, parent_service, parent_span, child_service, child_span
LIMIT 20
