-- name: first_effect
-- Calls of the gateway that failed after every retry, as they end.
SELECT Timestamp + toIntervalNanosecond(Duration) AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'payment-service' AND SpanName = 'payment_gateway_call'
  AND SpanAttributes['error.type'] = 'acquirer_unavailable'

-- name: scope
SELECT
    TraceId AS trace_id,
    SpanAttributes['app.payment.card_type'] = 'mastercard' AND SpanAttributes['app.payment.currency'] = 'USD' AS in_scope,
    StatusCode = 'Error' AS failed
FROM otel_traces
WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'payment-service' AND SpanName = 'payment_gateway_call'

-- name: payments_fail_with_the_gateway
SELECT server.TraceId AS trace_id, call.Duration / 1e6 AS lag_ms
FROM
(
    SELECT TraceId, ParentSpanId, Duration FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'payment-service' AND SpanName = 'payment_gateway_call'
      AND SpanAttributes['error.type'] = 'acquirer_unavailable'
) AS call
INNER JOIN
(
    SELECT TraceId, SpanId FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'payment-service' AND SpanName = 'POST /process' AND StatusCode = 'Error'
) AS server ON server.TraceId = call.TraceId AND server.SpanId = call.ParentSpanId

-- name: checkouts_fail_with_the_payment
SELECT checkout.TraceId AS trace_id, dateDiff('millisecond', server.ended, checkout.ended) AS lag_ms
FROM
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'payment-service' AND SpanName = 'POST /process'
      AND SpanAttributes['http.response.status_code'] = '502'
) AS server
INNER JOIN
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'POST /checkout' AND SpanKind = 'Server'
      AND SpanAttributes['http.response.status_code'] = '502'
) AS checkout ON checkout.TraceId = server.TraceId

-- name: visa_calls
-- p95 in milliseconds of the gateway calls for Visa.
SELECT
    round(quantileIf(0.95)(Duration, Timestamp < {injected:DateTime64(9)}) / 1e6, 1) AS before,
    round(quantileIf(0.95)(Duration, Timestamp >= {injected:DateTime64(9)}) / 1e6, 1) AS during
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'payment-service' AND SpanName = 'payment_gateway_call'
  AND SpanAttributes['app.payment.card_type'] = 'visa'
