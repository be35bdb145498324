-- name: first_effect
-- Checkouts of a version that was not there before, which fail before they ask any other service.
WITH
    (
        SELECT groupUniqArray(SpanAttributes['service.version']) FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {injected:DateTime64(9)} AND SpanName = 'checkout'
    ) AS usual
SELECT Timestamp + toIntervalNanosecond(Duration) AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout' AND StatusCode = 'Error'
  AND NOT has(usual, SpanAttributes['service.version'])
  AND arrayExists(event -> event['exception.type'] LIKE '%WrongTax', Events.Attributes)

-- name: scope
WITH
    (
        SELECT groupUniqArray(SpanAttributes['service.version']) FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {injected:DateTime64(9)} AND SpanName = 'checkout'
    ) AS usual
SELECT
    TraceId AS trace_id,
    NOT has(usual, SpanAttributes['service.version']) AND position(SpanAttributes['app.order.categories'], 'books') > 0
        AS in_scope,
    StatusCode = 'Error' AS failed
FROM otel_traces
WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout'

-- name: checkouts_fail_by_themselves
-- A failed checkout that called nobody, and the request that fails with it.
SELECT request.TraceId AS trace_id, dateDiff('millisecond', step.ended, request.ended) AS lag_ms
FROM
(
    SELECT TraceId, ParentSpanId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout' AND StatusCode = 'Error'
      AND arrayExists(event -> event['exception.type'] LIKE '%WrongTax', Events.Attributes)
) AS step
INNER JOIN
(
    SELECT TraceId, SpanId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'POST /checkout' AND SpanKind = 'Server'
      AND SpanAttributes['http.response.status_code'] = '500'
) AS request ON request.TraceId = step.TraceId AND request.SpanId = step.ParentSpanId

-- name: other_orders_of_the_release
SELECT
    countIf(Timestamp < {injected:DateTime64(9)}) AS before,
    countIf(Timestamp >= {injected:DateTime64(9)}) AS during
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout' AND StatusCode != 'Error'
  AND SpanAttributes['service.version'] NOT IN
  (
      SELECT SpanAttributes['service.version'] FROM otel_traces
      WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {injected:DateTime64(9)} AND SpanName = 'checkout'
  )

-- name: books_of_the_old_release
SELECT
    countIf(Timestamp < {injected:DateTime64(9)}) AS before,
    countIf(Timestamp >= {injected:DateTime64(9)}) AS during
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'checkout' AND StatusCode != 'Error'
  AND position(SpanAttributes['app.order.categories'], 'books') > 0
  AND SpanAttributes['service.version'] IN
  (
      SELECT SpanAttributes['service.version'] FROM otel_traces
      WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {injected:DateTime64(9)} AND SpanName = 'checkout'
  )
