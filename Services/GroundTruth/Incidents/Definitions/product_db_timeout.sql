-- name: first_effect
-- Queries of the catalogue that gave up on a locked file, as they end.
SELECT Timestamp + toIntervalNanosecond(Duration) AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'inventory-service' AND SpanName = 'database_query'
  AND SpanAttributes['error.type'] = 'database_locked'

-- name: indicator
-- What visitors read of the catalogue. 500 is not of the catalogue: the shop says 502 when inventory-service fails.
SELECT
    Timestamp + toIntervalNanosecond(Duration) AS at,
    toUInt16OrZero(SpanAttributes['http.response.status_code']) > 500 AS bad
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server'
  AND SpanName IN ('GET /products', 'GET /products/{id}', 'POST /cart/add')
  AND toUInt16OrZero(SpanAttributes['http.response.status_code']) NOT BETWEEN 400 AND 499

-- name: scope
SELECT
    TraceId AS trace_id,
    SpanName IN ('GET /products', 'GET /products/{id}', 'POST /cart/add') AS in_scope,
    toUInt16OrZero(SpanAttributes['http.response.status_code']) > 500 AS failed
FROM otel_traces
WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server'

-- name: queries_wait_for_the_reindexing
-- A query that failed on the lock while a reindexing of the same instance had its transaction open.
WITH
    queries AS
    (
        SELECT
            TraceId,
            SpanId,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            Duration,
            ResourceAttributes['service.instance.id'] AS instance
        FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanName = 'database_query'
          AND SpanAttributes['error.type'] = 'database_locked'
    ),
    reindexings AS
    (
        SELECT
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            ResourceAttributes['service.instance.id'] AS instance
        FROM otel_traces
        WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanName = 'price_reindex'
    )
SELECT queries.TraceId AS trace_id, any(queries.Duration) / 1e6 AS lag_ms
FROM queries
INNER JOIN reindexings ON reindexings.instance = queries.instance
WHERE reindexings.began < queries.ended AND reindexings.ended > queries.began
GROUP BY queries.TraceId, queries.SpanId

-- name: reads_fail_with_their_query
SELECT server.TraceId AS trace_id, dateDiff('millisecond', query.ended, server.ended) AS lag_ms
FROM
(
    SELECT TraceId, ParentSpanId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanName = 'database_query'
      AND SpanAttributes['error.type'] = 'database_locked'
) AS query
INNER JOIN
(
    SELECT TraceId, SpanId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanKind = 'Server' AND SpanName = 'GET /products/{id}'
      AND SpanAttributes['http.response.status_code'] = '503'
) AS server ON server.TraceId = query.TraceId AND server.SpanId = query.ParentSpanId

-- name: pages_fail_with_the_read
SELECT page.TraceId AS trace_id, dateDiff('millisecond', server.ended, page.ended) AS lag_ms
FROM
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanKind = 'Server' AND SpanName = 'GET /products/{id}'
      AND SpanAttributes['http.response.status_code'] = '503'
) AS server
INNER JOIN
(
    SELECT TraceId, Timestamp + toIntervalNanosecond(Duration) AS ended FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
      AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Server' AND SpanName = 'GET /products/{id}'
      AND SpanAttributes['http.response.status_code'] = '502'
) AS page ON page.TraceId = server.TraceId

-- name: reservations
-- p95 in milliseconds of reservations.
SELECT
    round(quantileIf(0.95)(Duration, Timestamp < {injected:DateTime64(9)}) / 1e6, 1) AS before,
    round(quantileIf(0.95)(Duration, Timestamp >= {injected:DateTime64(9)}) / 1e6, 1) AS during
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'inventory-service' AND SpanName = 'POST /reserve'

-- name: pending_requests
SELECT
    maxIf(Value, TimeUnix < {injected:DateTime64(9)}) AS before,
    maxIf(Value, TimeUnix >= {injected:DateTime64(9)}) AS during
FROM otel_metrics_sum
WHERE TimeUnix >= {before:DateTime64(9)} AND TimeUnix < {cleared:DateTime64(9)}
  AND ServiceName = 'inventory-service' AND MetricName = 'db.client.connection.pending_requests'
  AND Attributes['db.client.connection.pool.name'] = 'stock'
