-- name: first_effect
-- More entries of the audit than the 200 at which it is sealed on other days.
SELECT TimeUnix AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_metrics_gauge
WHERE TimeUnix >= {before:DateTime64(9)} AND TimeUnix < {until:DateTime64(9)}
  AND ServiceName = 'inventory-service' AND MetricName = 'inventory.audit.entries' AND Value > 200

-- name: checkouts_wait_for_reservations
-- A reservation that takes more than a quarter of a second of its own, outside its transaction, called by a checkout.
WITH
    reservations AS
    (
        SELECT TraceId, SpanId, ParentSpanId, Duration FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanName = 'POST /reserve' AND Duration > 250000000
    ),
    transactions AS
    (
        SELECT TraceId, ParentSpanId, sum(Duration) AS spent FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanName = 'database_transaction'
        GROUP BY TraceId, ParentSpanId
    ),
    calls AS
    (
        SELECT TraceId, SpanId, ParentSpanId FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Client'
    ),
    checkouts AS
    (
        SELECT TraceId, SpanId FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout'
    )
SELECT reservations.TraceId AS trace_id, (reservations.Duration - transactions.spent) / 1e6 AS lag_ms
FROM reservations
LEFT JOIN transactions ON transactions.TraceId = reservations.TraceId AND transactions.ParentSpanId = reservations.SpanId
INNER JOIN calls ON calls.TraceId = reservations.TraceId AND calls.SpanId = reservations.ParentSpanId
INNER JOIN checkouts ON checkouts.TraceId = calls.TraceId AND checkouts.SpanId = calls.ParentSpanId
WHERE transactions.spent < 0.5 * reservations.Duration

-- name: checkouts_run_out_of_time_or_are_shed
SELECT TraceId AS trace_id, Duration / 1e6 AS lag_ms
FROM otel_traces
WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /checkout'
  AND SpanAttributes['http.response.status_code'] IN ('503', '504')

-- name: payments
-- p95 in milliseconds of payments that went through.
SELECT
    round(quantileIf(0.95)(Duration, Timestamp < {injected:DateTime64(9)}) / 1e6, 1) AS before,
    round(quantileIf(0.95)(Duration, Timestamp >= {injected:DateTime64(9)}) / 1e6, 1) AS during
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'payment-service' AND SpanName = 'POST /process' AND SpanAttributes['http.response.status_code'] = '200'

-- name: transactions
-- The median share of a reservation's time that its transaction takes.
SELECT
    round(quantileIf(0.5)(spent, NOT slow), 4) AS before,
    round(quantileIf(0.5)(spent, slow), 4) AS during
FROM
(
    SELECT
        maxIf(Duration, SpanName = 'database_transaction') / maxIf(Duration, SpanName = 'POST /reserve') AS spent,
        maxIf(Duration, SpanName = 'POST /reserve') > 250000000 AS slow
    FROM otel_traces
    WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanName IN ('database_transaction', 'POST /reserve')
    GROUP BY TraceId
    HAVING countIf(SpanName = 'POST /reserve') = 1
)
