-- name: indicator
-- Checkouts as they end, without those that were the visitor's own mistake.
SELECT
    Timestamp + toIntervalNanosecond(Duration) AS at,
    toUInt16OrZero(SpanAttributes['http.response.status_code']) >= 500 AS bad
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /checkout'
  AND toUInt16OrZero(SpanAttributes['http.response.status_code']) NOT BETWEEN 400 AND 499
