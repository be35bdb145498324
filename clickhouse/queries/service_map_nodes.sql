-- The nodes of HyperDX's Service Map: every service that answers calls or makes them, with what it
-- answered. A service that only calls has no calls of its own.
--
-- Whole five minutes come from the rollup, what the window has before them from the spans: counts are exact,
-- percentiles are those of t-digests.
--
-- since: seconds to look back, one hour unless given.
WITH
    now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600)) AS start,
    toStartOfFiveMinutes(toDateTime(start, 'UTC')) + 300 AS whole,
    quantilesTDigestMergeIf(0.5, 0.95, 0.99)(state, is_server) AS durations
SELECT
    ServiceName AS service,
    sumIf(spans, is_server) AS calls,
    sumIf(failed, is_server) AS errors,
    if(calls = 0, 0, round(100 * errors / calls, 2)) AS error_rate_pct,
    if(calls = 0, 0, round(durations[1] / 1e6, 2)) AS p50_ms,
    if(calls = 0, 0, round(durations[2] / 1e6, 2)) AS p95_ms,
    if(calls = 0, 0, round(durations[3] / 1e6, 2)) AS p99_ms
FROM
(
    -- The rollup has one spelling of kinds.
    SELECT ServiceName, SpanKind IN ('Server', 'Consumer') AS is_server, Calls AS spans, Errors AS failed, DurationState AS state
    FROM otel_traces_rollup_5m
    WHERE Time >= whole AND SpanKind NOT IN ('Internal', 'Unspecified', '')
    UNION ALL
    SELECT
        ServiceName,
        SpanKind IN ('Server', 'Consumer', 'SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER') AS is_server,
        count(),
        countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')),
        quantilesTDigestState(0.5, 0.95, 0.99)(Duration)
    FROM otel_traces
    WHERE Timestamp >= start AND Timestamp < whole
      AND SpanKind NOT IN ('Internal', 'SPAN_KIND_INTERNAL', 'Unspecified', 'SPAN_KIND_UNSPECIFIED', '')
    GROUP BY ServiceName, is_server
)
GROUP BY service
ORDER BY calls DESC, service
