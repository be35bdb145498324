-- Which span calls which inside and across services: the flow of the application.
--
-- since: seconds to look back, one hour unless given.
-- one_in: how many traces stand for one that is looked at. Unless given, every trace counts up to
-- 100,000 spans, and beyond just enough of them; counts are multiplied accordingly.
WITH
    ifNull({since:Nullable(UInt32)}, 3600) AS seconds,
    ifNull(
        {one_in:Nullable(UInt32)},
        (
            SELECT greatest(1, intDiv(sum(Calls), 100000))
            FROM otel_traces_rollup_5m
            WHERE Time >= now() - toIntervalSecond(seconds)
        )
    ) AS n,
    -- The last digits of trace ids are random: those below a bound are an even sample of the traces.
    leftPad(lower(hex(intDiv(0xFFFFFFFF, n))), 8, '0') || 'g' AS last_digits,
    sample AS
    (
        SELECT TraceId, SpanId, ParentSpanId, ServiceName, SpanName, Duration, StatusCode
        FROM otel_traces
        WHERE n < 16 AND Timestamp >= now64(9) - toIntervalSecond(seconds) AND substring(TraceId, 25) < last_digits
        UNION ALL
        -- One trace in 16 lies ready.
        SELECT TraceId, SpanId, ParentSpanId, ServiceName, SpanName, Duration, StatusCode
        FROM otel_traces_rollup_sample
        WHERE n >= 16 AND toStartOfHour(Timestamp) >= toStartOfHour(now('UTC') - toIntervalSecond(seconds))
          AND Timestamp >= now() - toIntervalSecond(seconds) AND substring(TraceId, 25) < last_digits
    ),
    traces AS
    (
        -- One pass instead of a join: each trace's spans side by side, parents found by their id.
        SELECT
            groupArray(SpanId) AS ids,
            groupArray((ServiceName, SpanName)) AS names,
            groupArray((ParentSpanId, Duration, StatusCode IN ('Error', 'STATUS_CODE_ERROR'))) AS spans
        FROM sample
        GROUP BY TraceId
    )
SELECT
    names[indexOf(ids, span.1)].1 AS parent_service,
    names[indexOf(ids, span.1)].2 AS parent_span,
    name.1 AS child_service,
    name.2 AS child_span,
    count() * any(n) AS calls,
    round(avg(span.2) / 1e6, 2) AS avg_ms,
    round(max(span.2) / 1e6, 2) AS max_ms,
    countIf(span.3) * any(n) AS errors,
    round(100 * errors / calls, 2) AS error_rate_pct
FROM traces
ARRAY JOIN names AS name, spans AS span
WHERE span.1 != '' AND has(ids, span.1)
GROUP BY parent_service, parent_span, child_service, child_span
ORDER BY calls DESC, parent_service, parent_span, child_service, child_span
LIMIT 20
