-- name: first_effect
-- More entries than ever before, or a payment that was refused because no more fit.
WITH
    (
        SELECT greatest(48, maxOrDefault(Value)) FROM otel_metrics_gauge
        WHERE TimeUnix >= {before:DateTime64(9)} AND TimeUnix < {injected:DateTime64(9)}
          AND ServiceName = 'payment-service' AND MetricName = 'visa_validation_cache.size'
    ) AS usual
SELECT TimeUnix AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_metrics_gauge
WHERE TimeUnix >= {before:DateTime64(9)} AND TimeUnix < {until:DateTime64(9)}
  AND ServiceName = 'payment-service' AND MetricName = 'visa_validation_cache.size' AND Value > usual
UNION ALL
SELECT Timestamp + toIntervalNanosecond(Duration) AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'payment-service' AND SpanName = 'POST /process' AND SpanAttributes['app.payment.card_type'] = 'visa'
  AND SpanAttributes['http.response.status_code'] = '500'

-- name: scope
SELECT TraceId AS trace_id, SpanAttributes['app.payment.card_type'] = 'visa' AS in_scope, StatusCode = 'Error' AS failed
FROM otel_traces
WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'payment-service' AND SpanName = 'POST /process'

-- name: payments_fail_at_their_caller
SELECT server.TraceId AS trace_id, client.Duration / 1e6 AS lag_ms
FROM
(
    SELECT TraceId, ParentSpanId FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'payment-service' AND SpanName = 'POST /process' AND SpanAttributes['app.payment.card_type'] = 'visa'
      AND SpanAttributes['http.response.status_code'] = '500'
) AS server
INNER JOIN
(
    SELECT TraceId, SpanId, ParentSpanId, Duration FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Client'
) AS client ON client.TraceId = server.TraceId AND client.SpanId = server.ParentSpanId
INNER JOIN
(
    SELECT TraceId, SpanId FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'process_payment' AND StatusCode = 'Error'
) AS step ON step.TraceId = client.TraceId AND step.SpanId = client.ParentSpanId

-- name: checkouts_fail_with_the_payment
SELECT checkout.TraceId AS trace_id, dateDiff('millisecond', step.ended, checkout.ended) AS lag_ms
FROM
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'process_payment' AND StatusCode = 'Error'
) AS step
INNER JOIN
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'POST /checkout' AND SpanKind = 'Server'
      AND SpanAttributes['http.response.status_code'] = '500'
) AS checkout ON checkout.TraceId = step.TraceId

-- name: memory_of_the_shop
SELECT
    round(maxIf(Value, TimeUnix < {injected:DateTime64(9)}) / 1048576, 1) AS before,
    round(maxIf(Value, TimeUnix >= {injected:DateTime64(9)}) / 1048576, 1) AS during
FROM otel_metrics_sum
WHERE TimeUnix >= {before:DateTime64(9)} AND TimeUnix < {cleared:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND MetricName = 'process.memory.usage'
