-- The edges of HyperDX's Service Map: who calls whom, how often, with how many errors, how fast.
--
-- An edge is a server span whose parent is the client span of another service: same trace, and the
-- server's ParentSpanId is the client's SpanId. Errors and durations are those of the server span.
-- schemas/04_service_calls.sql puts both together as they arrive, so nothing is joined here; it reads
-- kinds and codes in both spellings, Server and Error as collectors write them today,
-- SPAN_KIND_SERVER and STATUS_CODE_ERROR as they did until 2024.
--
-- since: seconds to look back, one hour unless given. A caller's span may begin earlier.
-- one_in: how many calls stand for one that is looked at, as on HyperDX's page (which takes one trace
-- in ten). Unless given, every call counts up to 300,000, and beyond just enough of them; counts are
-- multiplied accordingly.
WITH
    ifNull({since:Nullable(UInt32)}, 3600) AS seconds,
    ifNull(
        {one_in:Nullable(UInt32)},
        (
            SELECT greatest(1, intDiv(sum(Calls), 300000))
            FROM otel_traces_rollup_5m
            WHERE Time >= now() - toIntervalSecond(seconds) AND SpanKind IN ('Server', 'Consumer')
        )
    ) AS n,
    calls AS
    (
        SELECT max(Caller) AS caller, groupArrayArray(Served) AS served
        FROM otel_traces_rollup_calls
        WHERE Hour >= toStartOfHour(now('UTC') - toIntervalSecond(seconds + 60))
          AND Call <= intDiv(0xFFFFFFFFFFFFFFFF, n)
        GROUP BY Call
    )
SELECT
    caller AS source_service,
    span.ServiceName AS target_service,
    count() * any(n) AS calls,
    sum(span.IsError) * any(n) AS errors,
    round(100 * errors / calls, 2) AS error_rate_pct,
    round(avg(span.Duration) / 1e6, 2) AS avg_ms,
    round(quantile(0.5)(span.Duration) / 1e6, 2) AS p50_ms,
    round(quantile(0.95)(span.Duration) / 1e6, 2) AS p95_ms,
    round(quantile(0.99)(span.Duration) / 1e6, 2) AS p99_ms
FROM calls
ARRAY JOIN served AS span
WHERE caller NOT IN ('', span.ServiceName) AND span.Time >= now() - toIntervalSecond(seconds)
GROUP BY source_service, target_service
ORDER BY calls DESC, source_service, target_service
