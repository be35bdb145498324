-- How many traces pass through each service, and how many spans it makes of them.
--
-- since: seconds to look back, one hour unless given.
-- one_in: how many traces stand for one that is counted. Unless given, every trace counts up to
-- 300,000 spans, and beyond just enough of them; counts are multiplied accordingly.
WITH
    ifNull({since:Nullable(UInt32)}, 3600) AS seconds,
    ifNull(
        {one_in:Nullable(UInt32)},
        (
            SELECT greatest(1, intDiv(sum(Calls), 300000))
            FROM otel_traces_rollup_5m
            WHERE Time >= now() - toIntervalSecond(seconds)
        )
    ) AS n,
    -- The last digits of trace ids are random: those below a bound are an even sample of the traces.
    leftPad(lower(hex(intDiv(0xFFFFFFFF, n))), 8, '0') || 'g' AS last_digits,
    sample AS
    (
        SELECT TraceId, ServiceName, StatusCode
        FROM otel_traces
        WHERE n < 16 AND Timestamp >= now64(9) - toIntervalSecond(seconds) AND substring(TraceId, 25) < last_digits
        UNION ALL
        -- One trace in 16 lies ready.
        SELECT TraceId, ServiceName, StatusCode
        FROM otel_traces_rollup_sample
        WHERE n >= 16 AND toStartOfHour(Timestamp) >= toStartOfHour(now('UTC') - toIntervalSecond(seconds))
          AND Timestamp >= now() - toIntervalSecond(seconds) AND substring(TraceId, 25) < last_digits
    )
SELECT
    ServiceName,
    uniqExact(TraceId) * any(n) AS traces,
    count() * any(n) AS spans,
    countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) * any(n) AS error_spans
FROM sample
GROUP BY ServiceName
ORDER BY traces DESC, ServiceName
