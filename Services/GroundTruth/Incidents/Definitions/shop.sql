-- name: indicator
-- Checkouts as they end, without those that were the visitor's own mistake.
SELECT
    Timestamp + toIntervalNanosecond(Duration) AS at,
    toUInt16OrZero(SpanAttributes['http.response.status_code']) >= 500 AS bad
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /checkout'
  AND toUInt16OrZero(SpanAttributes['http.response.status_code']) NOT BETWEEN 400 AND 499

-- name: scope
SELECT
    TraceId AS trace_id,
    true AS in_scope,
    toUInt16OrZero(SpanAttributes['http.response.status_code']) >= 500 AS failed
FROM otel_traces
WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /checkout'

-- name: declined_cards
-- The share of payments that were refused for the card's own sake.
SELECT
    round(countIf(declined AND Timestamp < {injected:DateTime64(9)}) / countIf(Timestamp < {injected:DateTime64(9)}), 4) AS before,
    round(countIf(declined AND Timestamp >= {injected:DateTime64(9)}) / countIf(Timestamp >= {injected:DateTime64(9)}), 4) AS during
FROM
(
    SELECT Timestamp, SpanAttributes['http.response.status_code'] IN ('402', '422') AS declined
    FROM otel_traces
    WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
      AND ServiceName = 'payment-service' AND SpanName = 'POST /process'
)
