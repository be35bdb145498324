-- Which orders were charged more than once, and by which requests?
--
-- One row an order, the latest first: when it was charged, what the shop was asked each time, how long after the first
-- charge the last one came, and what payment-service said of it.
--
-- since: seconds to look back, one hour unless given.
WITH
    now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600)) AS start,
    -- The orders first: requests and complaints are read for those alone.
    (
        SELECT groupArray((order_id, charges))
        FROM
        (
            SELECT SpanAttributes['app.order.id'] AS order_id, groupArray((Timestamp, TraceId)) AS charges
            FROM otel_traces
            WHERE Timestamp >= start
              AND ServiceName = 'sample-ecommerce-app'
              AND SpanName = 'process_payment'
              AND StatusCode NOT IN ('Error', 'STATUS_CODE_ERROR')
              AND order_id != ''
            GROUP BY order_id
            HAVING count() > 1
            ORDER BY max(Timestamp) DESC
            LIMIT 20
        )
    ) AS repeated,
    charges AS
    (
        SELECT each.1 AS order_id, charge.1 AS Timestamp, charge.2 AS TraceId
        FROM (SELECT arrayJoin(repeated) AS each)
        ARRAY JOIN each.2 AS charge
    ),
    requests AS
    (
        SELECT TraceId, any(SpanName) AS request
        FROM otel_traces
        WHERE Timestamp >= start
          AND ServiceName = 'sample-ecommerce-app'
          AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
          AND SpanName IN ('POST /checkout', 'POST /payment')
          AND TraceId IN (SELECT TraceId FROM charges)
        GROUP BY TraceId
    ),
    complaints AS
    (
        SELECT LogAttributes['order.id'] AS order_id, any(Body) AS said
        FROM otel_logs
        WHERE Timestamp >= start
          AND ServiceName = 'payment-service'
          AND SeverityNumber >= 13
          AND order_id IN (SELECT order_id FROM charges)
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
ORDER BY max(charges.Timestamp) DESC
