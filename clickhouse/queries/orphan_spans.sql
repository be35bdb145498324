-- Server spans whose caller is missing, and traces without exactly one root: both must be none.
--
-- since: seconds to look back, ten minutes unless given. The last ten seconds are left out: their
-- spans may still be on their way.
WITH
    spans AS
    (
        SELECT TraceId, SpanId, ParentSpanId, ServiceName, SpanKind
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 600))
          AND Timestamp < now64(9) - toIntervalSecond(10)
    )
SELECT
    (
        SELECT count()
        FROM spans AS child
        LEFT JOIN spans AS parent ON parent.TraceId = child.TraceId AND parent.SpanId = child.ParentSpanId
        WHERE child.ParentSpanId != '' AND parent.SpanId = ''
          AND child.TraceId IN (SELECT TraceId FROM spans WHERE ParentSpanId = '')
    ) AS spans_without_parent,
    (
        SELECT count()
        FROM spans AS server
        INNER JOIN spans AS parent ON parent.TraceId = server.TraceId AND parent.SpanId = server.ParentSpanId
        WHERE server.SpanKind IN ('Server', 'SPAN_KIND_SERVER')
          AND parent.SpanKind NOT IN ('Client', 'SPAN_KIND_CLIENT')
    ) AS servers_without_client,
    (
        SELECT count()
        FROM (SELECT TraceId FROM spans GROUP BY TraceId HAVING countIf(ParentSpanId = '') > 1)
    ) AS traces_with_several_roots
