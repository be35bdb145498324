-- A list that grows beyond what is usual, and an operation of the same process that takes ever more time of its own.
--
-- Its own time is what is left of it without the spans inside.
WITH
    growing AS
    (
        SELECT
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            minIf(TimeUnix, Value > 200) AS began,
            max(Value) AS most
        FROM otel_metrics_gauge
        WHERE TimeUnix >= {from:DateTime64(9)} AND TimeUnix < {to:DateTime64(9)}
          AND MetricName = 'inventory.audit.entries'
        GROUP BY service, instance
        HAVING most > 200
    ),
    inside AS
    (
        SELECT TraceId, ParentSpanId, sum(Duration) AS spent FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanKind IN ('Internal', 'Client')
        GROUP BY TraceId, ParentSpanId
    ),
    slow AS
    (
        SELECT
            requests.TraceId AS TraceId,
            requests.ParentSpanId AS ParentSpanId,
            requests.ServiceName AS service,
            requests.ResourceAttributes['service.instance.id'] AS instance,
            requests.SpanName AS operation
        FROM otel_traces AS requests
        LEFT JOIN inside ON inside.TraceId = requests.TraceId AND inside.ParentSpanId = requests.SpanId
        WHERE requests.Timestamp >= {from:DateTime64(9)} AND requests.Timestamp < {to:DateTime64(9)}
          AND requests.SpanKind = 'Server' AND requests.SpanName = 'POST /reserve'
          AND requests.Duration - inside.spent > 250000000
    ),
    callers AS
    (
        SELECT step.TraceId AS TraceId, call.SpanId AS SpanId, step.ServiceName AS service, step.SpanName AS operation
        FROM otel_traces AS call
        INNER JOIN otel_traces AS step ON step.TraceId = call.TraceId AND step.SpanId = call.ParentSpanId
        WHERE call.Timestamp >= {from:DateTime64(9)} AND call.Timestamp < {to:DateTime64(9)} AND call.SpanKind = 'Client'
          AND step.Timestamp >= {from:DateTime64(9)} AND step.Timestamp < {to:DateTime64(9)}
    ),
    failed AS
    (
        SELECT TraceId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId = '' AND SpanAttributes['http.response.status_code'] IN ('503', '504')
    )
SELECT
    growing.service AS service,
    growing.instance AS instance,
    topK(1)(slow.operation)[1] AS operation,
    'unbounded_growth' AS mechanism,
    count() AS evidence,
    toUnixTimestamp64Nano(any(growing.began)) AS onset,
    [
        (growing.service, topK(1)(slow.operation)[1], topK(1)(callers.service)[1], topK(1)(callers.operation)[1]),
        (topK(1)(callers.service)[1], topK(1)(callers.operation)[1], topKIf(1)(failed.service, failed.service != '')[1], topKIf(1)(failed.operation, failed.service != '')[1])
    ] AS path
FROM slow
INNER JOIN growing ON growing.service = slow.service AND growing.instance = slow.instance
INNER JOIN callers ON callers.TraceId = slow.TraceId AND callers.SpanId = slow.ParentSpanId
LEFT JOIN failed ON failed.TraceId = slow.TraceId
GROUP BY growing.service, growing.instance
HAVING evidence >= 5
