-- One of several versions at work that fails by itself where the others do not.
WITH
    steps AS
    (
        SELECT
            TraceId,
            SpanId,
            ParentSpanId,
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            SpanName AS operation,
            SpanAttributes['service.version'] AS version,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            StatusCode = 'Error' AND SpanId NOT IN
            (
                -- What failed because of something that it called.
                SELECT ParentSpanId FROM otel_traces
                WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND StatusCode = 'Error'
            ) AS alone
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanAttributes['service.version'] != ''
    ),
    failed AS
    (
        SELECT TraceId, SpanId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId = '' AND SpanAttributes['http.response.status_code'] = '500'
    ),
    versions AS
    (
        SELECT
            steps.service AS service,
            any(steps.instance) AS instance,
            steps.operation AS operation,
            steps.version AS version,
            count() AS attempts,
            countIf(steps.alone AND failed.SpanId != '') AS failures,
            minIf(steps.ended, steps.alone AND failed.SpanId != '') AS began,
            anyIf(failed.service, failed.service != '') AS failed_service,
            anyIf(failed.operation, failed.operation != '') AS failed_operation
        FROM steps
        LEFT JOIN failed ON failed.TraceId = steps.TraceId AND failed.SpanId = steps.ParentSpanId
        GROUP BY service, operation, version
    )
SELECT
    bad.service AS service,
    bad.instance AS instance,
    bad.operation AS operation,
    'defective_release' AS mechanism,
    bad.failures AS evidence,
    toUnixTimestamp64Nano(bad.began) AS onset,
    [(bad.service, bad.operation, bad.failed_service, bad.failed_operation)] AS path
FROM versions AS bad
INNER JOIN versions AS good ON good.service = bad.service AND good.operation = bad.operation
WHERE bad.version != good.version AND bad.failures >= 5
  AND bad.failures / bad.attempts > 0.05 AND good.failures / good.attempts < 0.01
ORDER BY evidence DESC
LIMIT 1
