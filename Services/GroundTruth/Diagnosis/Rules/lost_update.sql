-- Carts whose total is not what their items cost, after two additions of the same session overlapped.
WITH
    additions AS
    (
        SELECT
            ServiceName AS service,
            SpanName AS operation,
            SpanAttributes['session.id'] AS session,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            max(ended) OVER (
                PARTITION BY session ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS others_ended
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanName = 'add_to_cart' AND SpanAttributes['session.id'] != ''
    ),
    mismatches AS
    (
        SELECT TraceId, min(Timestamp) AS at FROM otel_logs
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND LogAttributes['cause'] LIKE 'cart total mismatch%'
        GROUP BY TraceId
    ),
    failed AS
    (
        SELECT
            TraceId,
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            SpanName AS operation,
            SpanAttributes['session.id'] AS session,
            Timestamp AS began
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId = '' AND SpanAttributes['http.response.status_code'] = '500'
    )
SELECT
    failed.service AS service,
    failed.instance AS instance,
    topK(1)(additions.operation)[1] AS operation,
    'lost_update' AS mechanism,
    uniqExact(failed.TraceId) AS evidence,
    toUnixTimestamp64Nano(min(mismatches.at)) AS onset,
    [(topK(1)(additions.service)[1], topK(1)(additions.operation)[1], failed.service, topK(1)(failed.operation)[1])] AS path
FROM failed
INNER JOIN mismatches ON mismatches.TraceId = failed.TraceId
INNER JOIN additions ON additions.session = failed.session
WHERE additions.began < additions.others_ended AND additions.ended <= failed.began
GROUP BY failed.service, failed.instance
HAVING evidence >= 3
