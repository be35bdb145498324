-- How far visitors come: the steps that a session took, in their order, one after the other of the same
-- kind counted once; how many sessions went that way, and how many of them met an error.
--
-- since: seconds to look back, one hour unless given.
SELECT
    arrayStringConcat(arrayCompact(arrayMap(step -> step.2, steps)), ' > ') AS journey,
    count() AS sessions,
    countIf(failed) AS sessions_with_errors,
    round(avg(seconds), 1) AS avg_s
FROM
(
    SELECT
        SpanAttributes['session.id'] AS session,
        arraySlice(arraySort(groupArray((Timestamp, SpanName))), 1, 50) AS steps,
        max(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS failed,
        dateDiff('millisecond', min(Timestamp), max(Timestamp)) / 1000 AS seconds
    FROM otel_traces
    WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
      AND SpanKind IN ('Server', 'SPAN_KIND_SERVER') AND ParentSpanId = '' AND SpanAttributes['session.id'] != ''
    GROUP BY session
)
GROUP BY journey
ORDER BY sessions DESC, journey
LIMIT 20
