-- name: first_effect
-- Transactions on the stock that stood in line for a connection for more than a quarter of a second, as they end.
SELECT Timestamp + toIntervalNanosecond(Duration) AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'inventory-service' AND SpanName = 'database_transaction' AND SpanAttributes['db.namespace'] = 'stock'
  AND toFloat64OrZero(
      Events.Attributes[indexOf(Events.Name, 'db.client.connection.wait')]['db.client.connection.wait_time']
  ) > 0.25

-- name: reports_at_work
-- The operation that kept connections of the stock's pool longest, all in all.
SELECT parent.SpanName AS operation
FROM
(
    SELECT TraceId, ParentSpanId, Duration FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanName = 'database_query'
      AND SpanAttributes['db.collection.name'] = 'stock_movement'
) AS work
INNER JOIN
(
    SELECT TraceId, SpanId, SpanName FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)} AND ServiceName = 'inventory-service'
) AS parent ON parent.TraceId = work.TraceId AND parent.SpanId = work.ParentSpanId
GROUP BY operation
ORDER BY sum(work.Duration) DESC
LIMIT 1

-- name: transactions_wait_behind_reports
-- A transaction that waits while reports hold three connections or more of its pool.
WITH
    waits AS
    (
        SELECT
            TraceId,
            SpanId,
            Timestamp AS began,
            toFloat64OrZero(
                Events.Attributes[indexOf(Events.Name, 'db.client.connection.wait')]['db.client.connection.wait_time']
            ) AS waited,
            ResourceAttributes['service.instance.id'] AS instance
        FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanName = 'database_transaction'
          AND SpanAttributes['db.namespace'] = 'stock' AND waited > 0.25
    ),
    reports AS
    (
        SELECT
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            ResourceAttributes['service.instance.id'] AS instance
        FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanName = 'database_query'
          AND SpanAttributes['db.collection.name'] = 'stock_movement'
    )
SELECT waits.TraceId AS trace_id, any(waits.waited) * 1000 AS lag_ms, count() AS reports_at_once
FROM waits
INNER JOIN reports ON reports.instance = waits.instance
WHERE reports.began < waits.began + toIntervalNanosecond(toInt64(waits.waited * 1e9)) AND reports.ended > waits.began
GROUP BY waits.TraceId, waits.SpanId
HAVING reports_at_once >= 3

-- name: reservations_wait_for_transactions
-- A slow reservation that spent nearly all of its time in its transaction.
SELECT reserve.TraceId AS trace_id, transaction.Duration / 1e6 AS lag_ms
FROM
(
    SELECT TraceId, SpanId, Duration FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanName = 'POST /reserve' AND Duration > 250000000
) AS reserve
INNER JOIN
(
    SELECT TraceId, ParentSpanId, Duration FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanName = 'database_transaction'
) AS transaction ON transaction.TraceId = reserve.TraceId AND transaction.ParentSpanId = reserve.SpanId
WHERE transaction.Duration > 0.9 * reserve.Duration

-- name: payments_get_what_is_left
-- A payment that had too little time left after a slow reservation in the same trace.
SELECT payment.TraceId AS trace_id, dateDiff('millisecond', reserve.ended, payment.began) AS lag_ms
FROM
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanName = 'POST /reserve' AND Duration > 250000000
) AS reserve
INNER JOIN
(
    SELECT TraceId, Timestamp AS began FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'payment-service' AND SpanName = 'payment_gateway_call'
      AND SpanAttributes['error.type'] = 'timeout'
) AS payment ON payment.TraceId = reserve.TraceId
WHERE payment.began >= reserve.ended

-- name: checkouts_fail_with_the_payment
SELECT checkout.TraceId AS trace_id, dateDiff('millisecond', payment.ended, checkout.ended) AS lag_ms
FROM
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'payment-service' AND SpanName = 'payment_gateway_call'
      AND SpanAttributes['error.type'] = 'timeout'
) AS payment
INNER JOIN
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'POST /checkout' AND SpanKind = 'Server'
      AND SpanAttributes['http.response.status_code'] = '504'
) AS checkout ON checkout.TraceId = payment.TraceId

-- name: gateway_answers
-- p95 in milliseconds of the gateway's answers.
SELECT
    round(quantileIf(0.95)(Duration, Timestamp < {injected:DateTime64(9)}) / 1e6, 1) AS before,
    round(quantileIf(0.95)(Duration, Timestamp >= {injected:DateTime64(9)}) / 1e6, 1) AS during
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'payment-service' AND SpanName = 'payment_gateway_call' AND StatusCode != 'Error'
