-- Durations of each service's spans: median to maximum.
--
-- Whole five minutes come from the rollup, what the window has before them from the spans: counts are exact,
-- percentiles are those of t-digests.
--
-- since: seconds to look back, one hour unless given.
WITH
    now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600)) AS start,
    toStartOfFiveMinutes(toDateTime(start, 'UTC')) + 300 AS whole,
    quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(state) AS durations
SELECT
    ServiceName,
    sum(spans) AS span_count,
    round(durations[1] / 1e6, 2) AS p50_ms,
    round(durations[2] / 1e6, 2) AS p90_ms,
    round(durations[3] / 1e6, 2) AS p95_ms,
    round(durations[4] / 1e6, 2) AS p99_ms,
    round(max(longest) / 1e6, 2) AS max_ms
FROM
(
    SELECT ServiceName, Calls AS spans, DurationState AS state, DurationMax AS longest
    FROM otel_traces_rollup_5m
    WHERE Time >= whole
    UNION ALL
    SELECT ServiceName, count(), quantilesTDigestState(0.5, 0.95, 0.99)(Duration), max(Duration)
    FROM otel_traces
    WHERE Timestamp >= start AND Timestamp < whole
    GROUP BY ServiceName
)
GROUP BY ServiceName
ORDER BY p99_ms DESC, ServiceName
