-- name: first_effect
-- The second charge of an order, as it ends.
SELECT arraySort(groupArray(ended))[2] AS at, any(shop) AS instance
FROM
(
    SELECT
        SpanAttributes['app.order.id'] AS order_id,
        Timestamp + toIntervalNanosecond(Duration) AS ended,
        ResourceAttributes['service.instance.id'] AS shop
    FROM otel_traces
    WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'process_payment' AND StatusCode != 'Error'
)
WHERE order_id != ''
GROUP BY order_id
HAVING count() > 1

-- name: indicator
-- Orders that were paid; an order counts when it was charged last.
SELECT max(Timestamp + toIntervalNanosecond(Duration)) AS at, count() > 1 AS bad
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'process_payment' AND StatusCode != 'Error'
  AND SpanAttributes['app.order.id'] != ''
GROUP BY SpanAttributes['app.order.id']

-- name: scope
-- One row a paid order: its last payment's trace, and whether it was asked for by POST /payment.
SELECT argMax(TraceId, Timestamp) AS trace_id, has(groupArray(asked_again), 1) AS in_scope, count() > 1 AS failed
FROM
(
    SELECT
        TraceId,
        Timestamp,
        SpanAttributes['app.order.id'] AS order_id,
        ParentSpanId IN
        (
            SELECT SpanId FROM otel_traces
            WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
              AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /payment'
        ) AS asked_again
    FROM otel_traces
    WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'process_payment' AND StatusCode != 'Error'
      AND SpanAttributes['app.order.id'] != ''
)
GROUP BY order_id
HAVING max(Timestamp) >= {injected:DateTime64(9)}

-- name: orders_are_charged_again
-- A successful POST /process that was called from POST /payment for an order that was paid before.
WITH
    payments AS
    (
        SELECT TraceId, SpanId, ParentSpanId, Timestamp, SpanAttributes['app.order.id'] AS order_id FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'process_payment' AND StatusCode != 'Error'
          AND SpanAttributes['app.order.id'] != ''
    ),
    first_payments AS
    (
        SELECT order_id, min(Timestamp) AS paid FROM payments GROUP BY order_id
    ),
    requests AS
    (
        SELECT TraceId, SpanId, Timestamp FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /payment'
    ),
    charges AS
    (
        SELECT TraceId FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'payment-service' AND SpanName = 'POST /process'
          AND SpanAttributes['http.response.status_code'] IN ('200', '201')
    )
SELECT payments.TraceId AS trace_id, dateDiff('millisecond', first_payments.paid, payments.Timestamp) AS lag_ms
FROM payments
INNER JOIN requests ON requests.TraceId = payments.TraceId AND requests.SpanId = payments.ParentSpanId
INNER JOIN first_payments ON first_payments.order_id = payments.order_id
WHERE first_payments.paid < payments.Timestamp AND payments.TraceId IN (SELECT TraceId FROM charges)

-- name: errors_of_payment
SELECT
    round(countIf(StatusCode = 'Error' AND Timestamp < {injected:DateTime64(9)}) / countIf(Timestamp < {injected:DateTime64(9)}), 4) AS before,
    round(countIf(StatusCode = 'Error' AND Timestamp >= {injected:DateTime64(9)}) / countIf(Timestamp >= {injected:DateTime64(9)}), 4) AS during
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'payment-service' AND SpanName = 'POST /process'

-- name: charges_for_asking_again
-- POST /payment that led to a charge, as a share; none asked before when the figure is missing.
SELECT
    round(countIf(charged AND Timestamp < {injected:DateTime64(9)}) / countIf(Timestamp < {injected:DateTime64(9)}), 4) AS before,
    round(countIf(charged AND Timestamp >= {injected:DateTime64(9)}) / countIf(Timestamp >= {injected:DateTime64(9)}), 4) AS during
FROM
(
    SELECT
        Timestamp,
        TraceId IN
        (
            SELECT TraceId FROM otel_traces
            WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
              AND ServiceName = 'payment-service' AND SpanName = 'POST /process'
        ) AS charged
    FROM otel_traces
    WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /payment'
)
