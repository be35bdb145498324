-- The edges of HyperDX's Service Map: who calls whom, how often, with how many errors, how fast.
--
-- An edge is a server span whose parent is the client span of another service: same trace, and the
-- server's ParentSpanId is the client's SpanId. Errors and durations are those of the server span.
-- Kinds and codes are read in both spellings: Server and Error as collectors write them today,
-- SPAN_KIND_SERVER and STATUS_CODE_ERROR as they did until 2024.
--
-- since: seconds to look back, one hour unless given. A caller's span may begin a minute earlier.
-- one_in: how many traces stand for one that is looked at, as on HyperDX's page (which takes one in
-- ten). Unless given, every trace counts up to 150,000 calls, and beyond just enough of them;
-- counts are multiplied accordingly.
WITH
    ifNull({since:Nullable(UInt32)}, 3600) AS seconds,
    ifNull(
        {one_in:Nullable(UInt32)},
        (
            SELECT greatest(1, intDiv(sum(Calls), 150000))
            FROM otel_traces_rollup_5m
            WHERE Time >= now() - toIntervalSecond(seconds) AND SpanKind IN ('Server', 'Consumer')
        )
    ) AS n,
    -- The last digits of trace ids are random: those below a bound are an even sample of the traces.
    leftPad(lower(hex(intDiv(0xFFFFFFFF, n))), 8, '0') || 'g' AS last_digits,
    servers AS
    (
        SELECT TraceId, ParentSpanId, ServiceName, StatusCode, Duration
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(seconds)
          AND SpanKind IN ('Server', 'Consumer', 'SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER')
          AND ParentSpanId != ''
          AND substring(TraceId, 25) < last_digits
    ),
    clients AS
    (
        SELECT TraceId, SpanId, ServiceName
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(seconds + 60)
          AND SpanKind IN ('Client', 'Producer', 'SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER')
          AND substring(TraceId, 25) < last_digits
    )
SELECT
    clients.ServiceName AS source_service,
    servers.ServiceName AS target_service,
    count() * any(n) AS calls,
    countIf(servers.StatusCode IN ('Error', 'STATUS_CODE_ERROR')) * any(n) AS errors,
    round(100 * errors / calls, 2) AS error_rate_pct,
    round(avg(servers.Duration) / 1e6, 2) AS avg_ms,
    round(quantile(0.5)(servers.Duration) / 1e6, 2) AS p50_ms,
    round(quantile(0.95)(servers.Duration) / 1e6, 2) AS p95_ms,
    round(quantile(0.99)(servers.Duration) / 1e6, 2) AS p99_ms
FROM clients
INNER JOIN servers ON servers.TraceId = clients.TraceId AND servers.ParentSpanId = clients.SpanId
WHERE clients.ServiceName != servers.ServiceName
GROUP BY source_service, target_service
ORDER BY calls DESC, source_service, target_service
