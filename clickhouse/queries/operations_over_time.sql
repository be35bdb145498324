-- Calls, errors and durations of every operation over a long time, from the rollups: five minutes
-- apart for up to two days, one hour apart beyond, for up to a year.
--
-- since: seconds to look back, one day unless given.
WITH
    ifNull({since:Nullable(UInt32)}, 86400) AS seconds,
    rollup AS
    (
        SELECT * FROM otel_traces_rollup_5m WHERE seconds <= 172800 AND Time >= now() - toIntervalSecond(seconds)
        UNION ALL
        SELECT * FROM otel_traces_rollup_1h WHERE seconds > 172800 AND Time >= now() - toIntervalSecond(seconds)
    )
SELECT
    ServiceName,
    SpanName,
    SpanKind,
    sum(Calls) AS calls,
    sum(Errors) AS errors,
    round(100 * errors / calls, 2) AS error_rate_pct,
    round(sum(DurationSum) / calls / 1e6, 2) AS avg_ms,
    round(quantilesTDigestMerge(0.5, 0.95, 0.99)(DurationState)[1] / 1e6, 2) AS p50_ms,
    round(quantilesTDigestMerge(0.5, 0.95, 0.99)(DurationState)[2] / 1e6, 2) AS p95_ms,
    round(quantilesTDigestMerge(0.5, 0.95, 0.99)(DurationState)[3] / 1e6, 2) AS p99_ms,
    round(max(DurationMax) / 1e6, 2) AS max_ms
FROM rollup
GROUP BY ServiceName, SpanName, SpanKind
ORDER BY calls DESC, ServiceName, SpanName
