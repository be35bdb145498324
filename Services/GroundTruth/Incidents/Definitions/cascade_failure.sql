-- name: first_effect
-- More entries of the audit than the 200 at which it is sealed on other days, or twice of what so many take.
SELECT TimeUnix AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_metrics_gauge
WHERE TimeUnix >= {before:DateTime64(9)} AND TimeUnix < {until:DateTime64(9)}
  AND ServiceName = 'inventory-service'
  AND (MetricName = 'inventory.audit.entries' AND Value > 200 OR MetricName = 'inventory.audit.size' AND Value > 204800)

-- name: reservations_keep_payments_open
-- A reservation that takes more than a quarter of a second of its own, outside its transaction, while the payment that
-- the same checkout opened before it has its place.
WITH
    reservations AS
    (
        SELECT TraceId, SpanId, ParentSpanId, Duration, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
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
    opened AS
    (
        SELECT TraceId, ParentSpanId, Timestamp FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'payment-service' AND SpanName = 'POST /payments/{key}/open'
          AND SpanAttributes['http.response.status_code'] = '200'
    ),
    calls AS
    (
        SELECT TraceId, SpanId, ParentSpanId FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Client'
    )
SELECT reservations.TraceId AS trace_id, dateDiff('millisecond', opened.Timestamp, reservations.ended) AS lag_ms
FROM reservations
LEFT JOIN transactions ON transactions.TraceId = reservations.TraceId AND transactions.ParentSpanId = reservations.SpanId
INNER JOIN calls AS reserving ON reserving.TraceId = reservations.TraceId AND reserving.SpanId = reservations.ParentSpanId
INNER JOIN opened ON opened.TraceId = reservations.TraceId
INNER JOIN calls AS opening ON opening.TraceId = opened.TraceId AND opening.SpanId = opened.ParentSpanId
WHERE transactions.spent < 0.5 * reservations.Duration AND opening.ParentSpanId = reserving.ParentSpanId

-- name: payments_are_turned_away
-- The next checkout finds every place taken.
SELECT refused.TraceId AS trace_id, client.Duration / 1e6 AS lag_ms
FROM
(
    SELECT TraceId, ParentSpanId FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'payment-service' AND SpanName = 'POST /payments/{key}/open'
      AND SpanAttributes['http.response.status_code'] = '503'
) AS refused
INNER JOIN
(
    SELECT TraceId, SpanId, ParentSpanId, Duration FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Client'
) AS client ON client.TraceId = refused.TraceId AND client.SpanId = refused.ParentSpanId
INNER JOIN
(
    SELECT TraceId, SpanId FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout' AND StatusCode = 'Error'
) AS step ON step.TraceId = client.TraceId AND step.SpanId = client.ParentSpanId

-- name: checkouts_are_shed
SELECT checkout.TraceId AS trace_id, dateDiff('millisecond', step.ended, checkout.ended) AS lag_ms
FROM
(
    SELECT TraceId, ParentSpanId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout' AND StatusCode = 'Error'
) AS step
INNER JOIN
(
    SELECT TraceId, SpanId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /checkout'
      AND SpanAttributes['http.response.status_code'] = '503'
) AS checkout ON checkout.TraceId = step.TraceId AND checkout.SpanId = step.ParentSpanId

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
