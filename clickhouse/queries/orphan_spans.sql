-- Server spans whose caller is missing, and traces without exactly one root: both must be none.
--
-- since: seconds to look back, ten minutes unless given. The last ten seconds are left out: their
-- spans may still be on their way.
WITH traces AS
(
    -- One pass instead of joins: each trace's spans side by side, parents found by their id.
    SELECT
        groupArray(SpanId) AS ids,
        groupArrayIf(SpanId, SpanKind IN ('Client', 'SPAN_KIND_CLIENT')) AS clients,
        groupArrayIf(ParentSpanId, ParentSpanId != '') AS parents,
        groupArrayIf(ParentSpanId, ParentSpanId != '' AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')) AS callers,
        countIf(ParentSpanId = '') AS roots
    FROM otel_traces
    WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 600))
      AND Timestamp < now64(9) - toIntervalSecond(10)
    GROUP BY TraceId
)
SELECT
    -- A trace that has no root here began before the time that is looked at.
    sumIf(arrayCount(parent -> NOT has(ids, parent), parents), roots > 0) AS spans_without_parent,
    sum(arrayCount(caller -> has(ids, caller) AND NOT has(clients, caller), callers)) AS servers_without_client,
    countIf(roots > 1) AS traces_with_several_roots
FROM traces
