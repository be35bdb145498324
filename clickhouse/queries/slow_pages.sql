-- The routes at which people wait: the time of all requests together, which weighs how slow a route is by
-- how often it is asked for, and the share of it that went into other services.
--
-- since: seconds to look back, one hour unless given.
-- one_in: how many traces stand for one that is looked at. Unless given, every trace counts up to
-- 100,000 spans, and beyond just enough of them; counts and sums are multiplied accordingly.
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
        SELECT TraceId, SpanId, ParentSpanId, ServiceName, SpanName, Duration
        FROM otel_traces
        WHERE n < 16 AND Timestamp >= now64(9) - toIntervalSecond(seconds) AND substring(TraceId, 25) < last_digits
        UNION ALL
        -- One trace in 16 lies ready.
        SELECT TraceId, SpanId, ParentSpanId, ServiceName, SpanName, Duration
        FROM otel_traces_rollup_sample
        WHERE n >= 16 AND toStartOfHour(Timestamp) >= toStartOfHour(now('UTC') - toIntervalSecond(seconds))
          AND Timestamp >= now() - toIntervalSecond(seconds) AND substring(TraceId, 25) < last_digits
    ),
    requests AS
    (
        SELECT
            anyIf(SpanName, ParentSpanId = '') AS page,
            anyIf(Duration, ParentSpanId = '') AS duration,
            anyIf(ServiceName, ParentSpanId = '') AS service,
            groupArray((ServiceName, SpanId, ParentSpanId, Duration)) AS spans,
            arrayMap(span -> span.2, arrayFilter(span -> span.1 = service, spans)) AS own,
            -- Calls side by side may take longer together than the request they are made for.
            least(duration, arraySum(arrayMap(
                span -> if(span.1 != service AND has(own, span.3), span.4, 0), spans))) AS elsewhere
        FROM sample
        GROUP BY TraceId
        HAVING page != ''
    )
SELECT
    page,
    count() * any(n) AS requests,
    round(quantile(0.5)(duration) / 1e6, 2) AS p50_ms,
    round(quantile(0.95)(duration) / 1e6, 2) AS p95_ms,
    round(sum(duration) / 1e9 * any(n), 2) AS waited_s,
    round(100 * sum(elsewhere) / sum(duration), 1) AS in_other_services_pct
FROM requests
GROUP BY page
ORDER BY waited_s DESC, page
LIMIT 20
