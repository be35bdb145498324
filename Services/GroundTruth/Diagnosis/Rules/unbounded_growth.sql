-- A list that grows beyond what is usual, an operation of the same process that takes ever more time of its own, and what
-- is refused meanwhile because those who wait for that operation hold all of it.
--
-- An operation's own time is what is left of it without the spans inside.
WITH
    growing AS
    (
        SELECT
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            min(TimeUnix) AS began
        FROM otel_metrics_gauge
        WHERE TimeUnix >= {from:DateTime64(9)} AND TimeUnix < {to:DateTime64(9)}
          AND (MetricName = 'inventory.audit.entries' AND Value > 200 OR MetricName = 'inventory.audit.size' AND Value > 204800)
        GROUP BY service, instance
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
            requests.ServiceName AS service,
            requests.ResourceAttributes['service.instance.id'] AS instance,
            requests.SpanName AS operation
        FROM otel_traces AS requests
        LEFT JOIN inside ON inside.TraceId = requests.TraceId AND inside.ParentSpanId = requests.SpanId
        WHERE requests.Timestamp >= {from:DateTime64(9)} AND requests.Timestamp < {to:DateTime64(9)}
          AND requests.SpanKind = 'Server' AND requests.SpanName = 'POST /reserve'
          AND requests.Duration - inside.spent > 250000000
    ),
    -- What those who wait for the slow operation were granted before, and others are refused now.
    granted AS
    (
        SELECT DISTINCT ServiceName, SpanName FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanKind = 'Server'
          AND StatusCode != 'Error' AND ParentSpanId != '' AND TraceId IN (SELECT TraceId FROM slow)
    ),
    refused AS
    (
        SELECT TraceId, ParentSpanId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanKind = 'Server'
          AND SpanAttributes['http.response.status_code'] = '503' AND (ServiceName, SpanName) IN (SELECT * FROM granted)
    ),
    calls AS
    (
        SELECT TraceId, SpanId, ParentSpanId FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanKind = 'Client'
          AND TraceId IN (SELECT TraceId FROM refused)
    ),
    steps AS
    (
        SELECT TraceId, SpanId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND StatusCode = 'Error'
          AND TraceId IN (SELECT TraceId FROM refused)
    ),
    failed AS
    (
        SELECT TraceId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId = '' AND SpanAttributes['http.response.status_code'] = '503'
    ),
    main AS
    (
        -- The way that most of the refusals took.
        SELECT
            topK(1)((
                refused.service, refused.operation, steps.service, steps.operation, failed.service, failed.operation
            ))[1] AS way
        FROM refused
        INNER JOIN calls ON calls.TraceId = refused.TraceId AND calls.SpanId = refused.ParentSpanId
        INNER JOIN steps ON steps.TraceId = calls.TraceId AND steps.SpanId = calls.ParentSpanId
        INNER JOIN failed ON failed.TraceId = refused.TraceId
    )
SELECT
    growing.service AS service,
    growing.instance AS instance,
    topK(1)(slow.operation)[1] AS operation,
    'unbounded_growth' AS mechanism,
    count() AS evidence,
    toUnixTimestamp64Nano(any(growing.began)) AS onset,
    [
        (growing.service, topK(1)(slow.operation)[1], any(main.way.1), any(main.way.2)),
        (any(main.way.1), any(main.way.2), any(main.way.3), any(main.way.4)),
        (any(main.way.3), any(main.way.4), any(main.way.5), any(main.way.6))
    ] AS path
FROM slow
INNER JOIN growing ON growing.service = slow.service AND growing.instance = slow.instance
CROSS JOIN main
GROUP BY growing.service, growing.instance
HAVING evidence >= 5
