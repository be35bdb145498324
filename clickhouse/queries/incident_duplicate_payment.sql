-- Which orders were charged more than once, and by which requests?
--
-- One row an order, the latest first: when it was charged, what the shop was asked each time, how long after the first
-- charge the last one came, and what payment-service said of it.
--
-- since: seconds to look back, one hour unless given.
WITH
    requests AS
    (
        SELECT TraceId, any(SpanName) AS request
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND ServiceName = 'sample-ecommerce-app'
          AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
          AND SpanName IN ('POST /checkout', 'POST /payment')
        GROUP BY TraceId
    ),
    charges AS
    (
        SELECT TraceId, Timestamp, SpanAttributes['app.order.id'] AS order_id
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND ServiceName = 'sample-ecommerce-app'
          AND SpanName = 'process_payment'
          AND StatusCode NOT IN ('Error', 'STATUS_CODE_ERROR')
          AND order_id != ''
    ),
    complaints AS
    (
        SELECT LogAttributes['order.id'] AS order_id, any(Body) AS said
        FROM otel_logs
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND ServiceName = 'payment-service'
          AND SeverityNumber >= 13
        GROUP BY order_id
    )
SELECT
    charges.order_id AS order_id,
    count() AS times_charged,
    arraySort(groupArray((charges.Timestamp, request))) AS charged_by,
    dateDiff('millisecond', min(charges.Timestamp), max(charges.Timestamp)) AS after_ms,
    any(said) AS said
FROM charges
LEFT JOIN requests ON requests.TraceId = charges.TraceId
LEFT JOIN complaints ON complaints.order_id = charges.order_id
GROUP BY order_id
HAVING times_charged > 1
ORDER BY max(charges.Timestamp) DESC
LIMIT 20
