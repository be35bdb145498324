-- name: first_effect
-- Attempts that found no shelf, as they end.
SELECT Timestamp + toIntervalNanosecond(Duration) AS at, ResourceAttributes['service.instance.id'] AS instance
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
  AND ServiceName = 'inventory-service' AND SpanKind = 'Consumer' AND SpanName = 'process orders'
  AND SpanAttributes['error.type'] = 'shelf_not_found'

-- name: indicator
-- Confirmed orders as they were sent; bad where they were not picked within five seconds.
SELECT
    sent.at AS at,
    processed.began = toDateTime64(0, 9) OR processed.began > sent.at + toIntervalSecond(5) AS bad
FROM
(
    SELECT TraceId, SpanId, Timestamp AS at FROM otel_traces
    WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {until:DateTime64(9)} - toIntervalSecond(5)
      AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Producer' AND SpanName = 'send orders' AND StatusCode != 'Error'
) AS sent
LEFT JOIN
(
    SELECT TraceId, ParentSpanId, min(Timestamp) AS began FROM otel_traces
    WHERE Timestamp >= {before:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanKind = 'Consumer' AND SpanName = 'process orders' AND StatusCode != 'Error'
      AND SpanAttributes['messaging.consumer.group.name'] = 'picking'
    GROUP BY TraceId, ParentSpanId
) AS processed ON processed.TraceId = sent.TraceId AND processed.ParentSpanId = sent.SpanId

-- name: scope
SELECT
    sent.TraceId AS trace_id,
    sent.partition IN
    (
        SELECT SpanAttributes['messaging.destination.partition.id'] FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanKind = 'Consumer' AND SpanAttributes['error.type'] = 'shelf_not_found'
    ) AS in_scope,
    processed.began = toDateTime64(0, 9) OR processed.began > sent.at + toIntervalSecond(5) AS failed
FROM
(
    SELECT TraceId, SpanId, Timestamp AS at, SpanAttributes['messaging.destination.partition.id'] AS partition FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)} - toIntervalSecond(5)
      AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Producer' AND SpanName = 'send orders' AND StatusCode != 'Error'
) AS sent
LEFT JOIN
(
    SELECT TraceId, ParentSpanId, min(Timestamp) AS began FROM otel_traces
    WHERE Timestamp >= {injected:DateTime64(9)}
      AND ServiceName = 'inventory-service' AND SpanKind = 'Consumer' AND SpanName = 'process orders' AND StatusCode != 'Error'
      AND SpanAttributes['messaging.consumer.group.name'] = 'picking'
    GROUP BY TraceId, ParentSpanId
) AS processed ON processed.TraceId = sent.TraceId AND processed.ParentSpanId = sent.SpanId

-- name: orders_wait_behind_the_retries
-- An order that was picked late, or not yet, while another one of its partition was tried again and again.
WITH
    retries AS
    (
        SELECT
            SpanAttributes['messaging.message.id'] AS message,
            SpanAttributes['messaging.destination.partition.id'] AS partition,
            min(Timestamp) AS began,
            max(Timestamp) AS ended
        FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanKind = 'Consumer' AND SpanAttributes['error.type'] = 'shelf_not_found'
        GROUP BY message, partition
    ),
    picked AS
    (
        SELECT TraceId, ParentSpanId, min(Timestamp) AS began FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
          AND ServiceName = 'inventory-service' AND SpanKind = 'Consumer' AND SpanName = 'process orders' AND StatusCode != 'Error'
          AND SpanAttributes['messaging.consumer.group.name'] = 'picking'
        GROUP BY TraceId, ParentSpanId
    ),
    sent AS
    (
        SELECT
            TraceId,
            SpanId,
            Timestamp AS at,
            SpanAttributes['messaging.message.id'] AS message,
            SpanAttributes['messaging.destination.partition.id'] AS partition
        FROM otel_traces
        WHERE Timestamp >= {injected:DateTime64(9)} AND Timestamp < {until:DateTime64(9)} - toIntervalSecond(5)
          AND ServiceName = 'sample-ecommerce-app' AND SpanKind = 'Producer' AND SpanName = 'send orders' AND StatusCode != 'Error'
    )
SELECT
    sent.TraceId AS trace_id,
    dateDiff(
        'millisecond',
        any(sent.at),
        if(any(picked.began) = toDateTime64(0, 9), {until:DateTime64(9)}, any(picked.began))
    ) AS lag_ms
FROM sent
INNER JOIN retries ON retries.partition = sent.partition
LEFT JOIN picked ON picked.TraceId = sent.TraceId AND picked.ParentSpanId = sent.SpanId
WHERE sent.message != retries.message AND retries.began < sent.at + toIntervalSecond(5) AND retries.ended > sent.at
  AND (picked.began = toDateTime64(0, 9) OR picked.began > sent.at + toIntervalSecond(5))
GROUP BY sent.TraceId, sent.SpanId

-- name: lag_of_the_other_group
SELECT
    maxIf(Value, TimeUnix < {injected:DateTime64(9)}) AS before,
    maxIf(Value, TimeUnix >= {injected:DateTime64(9)}) AS during
FROM otel_metrics_gauge
WHERE TimeUnix >= {before:DateTime64(9)} AND TimeUnix < {cleared:DateTime64(9)}
  AND ServiceName = 'inventory-service' AND MetricName = 'messaging.consumer_group.lag'
  AND Attributes['messaging.consumer.group.name'] = 'replenishment'

-- name: reservations
-- p95 in milliseconds of reservations.
SELECT
    round(quantileIf(0.95)(Duration, Timestamp < {injected:DateTime64(9)}) / 1e6, 1) AS before,
    round(quantileIf(0.95)(Duration, Timestamp >= {injected:DateTime64(9)}) / 1e6, 1) AS during
FROM otel_traces
WHERE Timestamp >= {before:DateTime64(9)} AND Timestamp < {cleared:DateTime64(9)}
  AND ServiceName = 'inventory-service' AND SpanName = 'POST /reserve'
