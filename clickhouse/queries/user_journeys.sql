-- How far visitors come: the steps that a session took, in their order, one after the other of the same
-- kind counted once; how many sessions went that way, and how many of them met an error.
--
-- since: seconds to look back, one hour unless given.
-- one_in: how many sessions stand for one that is looked at. Unless given, every session counts up to
-- 100,000 requests, and beyond just enough of them; counts are multiplied accordingly.
WITH
    ifNull({since:Nullable(UInt32)}, 3600) AS seconds,
    ifNull(
        {one_in:Nullable(UInt32)},
        (
            SELECT greatest(1, intDiv(count(), 100000))
            FROM otel_traces_rollup_visits
            WHERE Hour >= toStartOfHour(now('UTC') - toIntervalSecond(seconds))
        )
    ) AS n
SELECT
    arrayStringConcat(arrayCompact(arrayMap(step -> step.2, steps)), ' > ') AS journey,
    count() * any(n) AS sessions,
    countIf(failed) * any(n) AS sessions_with_errors,
    round(avg(seconds_there), 1) AS avg_s
FROM
(
    SELECT
        arraySlice(arraySort(groupArray((Timestamp, SpanName))), 1, 50) AS steps,
        max(IsError) AS failed,
        dateDiff('millisecond', min(Timestamp), max(Timestamp)) / 1000 AS seconds_there
    FROM otel_traces_rollup_visits
    WHERE Hour >= toStartOfHour(now('UTC') - toIntervalSecond(seconds))
      AND Timestamp >= now64(9) - toIntervalSecond(seconds)
      AND Session > 0 AND Session <= intDiv(0xFFFFFFFFFFFFFFFF, n)
    GROUP BY Session
)
GROUP BY journey
ORDER BY sessions DESC, journey
LIMIT 20
