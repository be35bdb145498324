-- Everything gets slow, then sheds load: minute by minute, which process grows?
--
-- Read from left to right: requests are refused with 503, most of them because payment-service has no
-- place left for another payment, while POST /reserve gets slower, together with the resident memory
-- of inventory-service; the others' memory stays.
--
-- since: seconds to look back, one hour unless given.
WITH
    spans AS
    (
        SELECT
            toStartOfMinute(Timestamp) AS minute,
            countIf(ServiceName = 'sample-ecommerce-app') AS requests,
            round(quantileIf(0.95)(Duration, SpanName = 'POST /checkout') / 1e6, 1) AS checkout_p95_ms,
            round(quantileIf(0.95)(Duration, SpanName = 'POST /reserve') / 1e6, 1) AS reserve_p95_ms
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND (ServiceName = 'sample-ecommerce-app' OR SpanName = 'POST /reserve')
          AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
        GROUP BY minute
    ),
    refusals AS
    (
        SELECT
            toStartOfMinute(Timestamp) AS minute,
            countIf(ServiceName = 'sample-ecommerce-app') AS shed,
            countIf(ServiceName = 'payment-service') AS payments_shed
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND ServiceName IN ('sample-ecommerce-app', 'payment-service')
          AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
          AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')
          AND SpanAttributes['http.response.status_code'] = '503'
        GROUP BY minute
    ),
    memory AS
    (
        SELECT
            toStartOfMinute(TimeUnix) AS minute,
            round(maxIf(Value, ServiceName = 'inventory-service') / 1048576, 1) AS inventory_mb,
            round(maxIf(Value, ServiceName = 'payment-service') / 1048576, 1) AS payment_mb,
            round(maxIf(Value, ServiceName = 'sample-ecommerce-app') / 1048576, 1) AS shop_mb
        FROM (SELECT * FROM otel_metrics_gauge UNION ALL SELECT * EXCEPT (AggregationTemporality, IsMonotonic) FROM otel_metrics_sum)
        WHERE TimeUnix >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND MetricName = 'process.memory.usage'
        GROUP BY minute
    )
SELECT
    minute,
    requests,
    shed,
    payments_shed,
    checkout_p95_ms,
    reserve_p95_ms,
    inventory_mb,
    payment_mb,
    shop_mb
FROM spans
LEFT JOIN refusals USING (minute)
LEFT JOIN memory USING (minute)
ORDER BY minute
