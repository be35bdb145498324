-- Calls to one destination that fail after every one of several attempts, while the same calls to others succeed.
--
-- Each payment that fails so was tried several times at once: the load on whoever is in trouble is multiplied.
WITH
    calls AS
    (
        SELECT
            TraceId,
            ParentSpanId,
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            SpanName AS operation,
            (SpanAttributes['app.payment.card_type'], SpanAttributes['app.payment.currency']) AS line,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            toUInt8OrZero(extract(
                arrayStringConcat(arrayMap(event -> event['exception.message'], Events.Attributes)), '([0-9]+) attempts failed'
            )) AS attempts
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanName = 'payment_gateway_call'
    ),
    requests AS
    (
        SELECT TraceId, SpanId, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanKind = 'Server'
    ),
    failed AS
    (
        SELECT TraceId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId = '' AND SpanAttributes['http.response.status_code'] = '502'
    )
SELECT
    calls.service AS service,
    calls.instance AS instance,
    calls.operation AS operation,
    'retry_storm' AS mechanism,
    count() AS evidence,
    toUnixTimestamp64Nano(min(calls.ended)) AS onset,
    [
        (calls.service, calls.operation, calls.service, topK(1)(requests.operation)[1]),
        (calls.service, topK(1)(requests.operation)[1], topK(1)(failed.service)[1], topK(1)(failed.operation)[1])
    ] AS path
FROM calls
INNER JOIN requests ON requests.TraceId = calls.TraceId AND requests.SpanId = calls.ParentSpanId
INNER JOIN failed ON failed.TraceId = calls.TraceId
WHERE calls.attempts > 1
GROUP BY calls.service, calls.instance, calls.operation
HAVING evidence >= 5 AND uniqExact(calls.line) = 1
