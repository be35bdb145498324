-- Orders that were charged more than once, and the request that led to the later charges.
WITH
    payments AS
    (
        SELECT
            TraceId,
            SpanId,
            ParentSpanId,
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            SpanAttributes['app.order.id'] AS order_id,
            row_number() OVER (PARTITION BY order_id ORDER BY began) AS number
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanName = 'process_payment' AND StatusCode != 'Error' AND SpanAttributes['app.order.id'] != ''
    ),
    requests AS
    (
        SELECT TraceId, SpanId, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanKind = 'Server'
    ),
    charges AS
    (
        SELECT TraceId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId != '' AND SpanName = 'POST /process' AND StatusCode != 'Error'
    )
SELECT
    payments.service AS service,
    payments.instance AS instance,
    requests.operation AS operation,
    'missing_idempotency_key' AS mechanism,
    uniqExact(payments.order_id) AS evidence,
    toUnixTimestamp64Nano(min(payments.ended)) AS onset,
    [(payments.service, requests.operation, topK(1)(charges.service)[1], topK(1)(charges.operation)[1])] AS path
FROM payments
INNER JOIN requests ON requests.TraceId = payments.TraceId AND requests.SpanId = payments.ParentSpanId
INNER JOIN charges ON charges.TraceId = payments.TraceId
WHERE payments.number > 1
GROUP BY payments.service, payments.instance, requests.operation
HAVING evidence >= 3
