-- name: first_effect
-- Checkouts that found another total than the cart's items cost.
SELECT Timestamp AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_logs
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND LogAttributes['cause'] LIKE 'cart total mismatch%'

-- name: scope
WITH
    additions AS
    (
        SELECT
            SpanAttributes['session.id'] AS session,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            ResourceAttributes['service.instance.id'] AS instance,
            max(ended) OVER (
                PARTITION BY session ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS others_ended
        FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'add_to_cart'
          AND SpanAttributes['session.id'] != ''
    )
SELECT
    TraceId AS trace_id,
    SpanAttributes['session.id'] IN (SELECT session FROM additions WHERE began < others_ended) AS in_scope,
    SpanAttributes['http.response.status_code'] = '500' AS failed
FROM otel_traces
WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /checkout'

-- name: checkouts_fail_after_overlapping_additions
-- A checkout with a wrong total, and the last addition of its session that overlapped with another one.
WITH
    additions AS
    (
        SELECT
            SpanAttributes['session.id'] AS session,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            ResourceAttributes['service.instance.id'] AS instance,
            max(ended) OVER (
                PARTITION BY session ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS others_ended
        FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'add_to_cart'
          AND SpanAttributes['session.id'] != ''
    )
SELECT checkout.TraceId AS trace_id, dateDiff('millisecond', max(additions.ended), any(checkout.began)) AS lag_ms
FROM
(
    SELECT TraceId, Timestamp AS began, SpanAttributes['session.id'] AS session FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'POST /checkout'
      AND SpanAttributes['http.response.status_code'] = '500'
      AND TraceId IN
      (
          SELECT TraceId FROM otel_logs
          WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
            AND ServiceName = 'sample-ecommerce-app' AND LogAttributes['cause'] LIKE 'cart total mismatch%'
      )
) AS checkout
INNER JOIN additions ON additions.session = checkout.session
WHERE additions.began < additions.others_ended AND additions.ended <= checkout.began
GROUP BY checkout.TraceId

-- name: calls_of_failed_checkouts
SELECT
    CAST(NULL, 'Nullable(Float64)') AS before,
    round(countIf(TraceId IN
    (
        SELECT TraceId FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service'
    )) / count(), 4) AS during
FROM otel_logs
WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND LogAttributes['cause'] LIKE 'cart total mismatch%'

-- name: overlapping_additions
WITH
    additions AS
    (
        SELECT
            SpanAttributes['session.id'] AS session,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            ResourceAttributes['service.instance.id'] AS instance,
            max(ended) OVER (
                PARTITION BY session ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS others_ended
        FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'sample-ecommerce-app' AND SpanName = 'add_to_cart'
          AND SpanAttributes['session.id'] != ''
    )
SELECT
    countIf(began < {injected:DateTime64(9)}) AS before,
    countIf(began >= {injected:DateTime64(9)}) AS during
FROM additions
WHERE began < others_ended
