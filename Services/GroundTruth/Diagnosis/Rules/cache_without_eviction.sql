-- A cache that grows, and one kind of payment that is refused once it is full. Full, it reports no entries at all, so its
-- most entries count and not its last. A gauge is exported now and then, and a cache can fill in between; each lookup says
-- how many entries there are, too.
--
-- The refusals are the service's own: nothing that they called had failed. The other kinds go through.
WITH
    sizes AS
    (
        SELECT
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            Value AS entries,
            TimeUnix AS at
        FROM otel_metrics_gauge
        WHERE TimeUnix >= {from:DateTime64(9)} AND TimeUnix < {to:DateTime64(9)} AND MetricName = 'visa_validation_cache.size'
        UNION ALL
        SELECT
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            toFloat64OrZero(SpanAttributes['cache.size']) AS entries,
            Timestamp AS at
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanName = 'cache_lookup' AND SpanAttributes['cache.name'] = 'visa_validation'
    ),
    caches AS
    (
        SELECT service, instance, max(entries) AS most, minIf(at, entries > 48) AS began
        FROM sizes
        GROUP BY service, instance
        HAVING most > 48
    ),
    refused AS
    (
        SELECT
            TraceId,
            ParentSpanId,
            Timestamp + toIntervalNanosecond(Duration) AS at,
            ServiceName AS service,
            SpanName AS operation,
            ResourceAttributes['service.instance.id'] AS instance,
            SpanAttributes['app.payment.card_type'] AS card
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanName = 'POST /process' AND SpanKind = 'Server' AND SpanAttributes['http.response.status_code'] = '500'
          AND SpanId NOT IN
          (
              SELECT ParentSpanId FROM otel_traces
              WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND StatusCode = 'Error'
          )
    ),
    callers AS
    (
        SELECT call.TraceId AS TraceId, call.SpanId AS SpanId, step.ServiceName AS service, step.SpanName AS operation
        FROM otel_traces AS call
        INNER JOIN otel_traces AS step ON step.TraceId = call.TraceId AND step.SpanId = call.ParentSpanId
        WHERE call.Timestamp >= {from:DateTime64(9)} AND call.Timestamp < {to:DateTime64(9)} AND call.SpanKind = 'Client'
          AND step.Timestamp >= {from:DateTime64(9)} AND step.Timestamp < {to:DateTime64(9)} AND step.StatusCode = 'Error'
    ),
    failed AS
    (
        SELECT TraceId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId = '' AND SpanAttributes['http.response.status_code'] = '500'
    )
SELECT
    refused.service AS service,
    refused.instance AS instance,
    topK(1)(refused.operation)[1] AS operation,
    'cache_without_eviction' AS mechanism,
    count() AS evidence,
    least(toUnixTimestamp64Nano(min(refused.at)), toUnixTimestamp64Nano(any(caches.began))) AS onset,
    [
        (refused.service, topK(1)(refused.operation)[1], topK(1)(callers.service)[1], topK(1)(callers.operation)[1]),
        (topK(1)(callers.service)[1], topK(1)(callers.operation)[1], topK(1)(failed.service)[1], topK(1)(failed.operation)[1])
    ] AS path
FROM refused
INNER JOIN caches ON caches.service = refused.service AND caches.instance = refused.instance
INNER JOIN callers ON callers.TraceId = refused.TraceId AND callers.SpanId = refused.ParentSpanId
INNER JOIN failed ON failed.TraceId = refused.TraceId
GROUP BY refused.service, refused.instance
HAVING evidence >= 5 AND uniqExact(refused.card) = 1
