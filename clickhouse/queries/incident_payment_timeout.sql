-- Payments time out, yet payment-service is well: minute by minute, who had the time?
--
-- Read from left to right: checkouts fail while POST /process is cut short by what is left of the
-- deadline; POST /reserve took the rest; and requests waited for a connection of inventory's pool.
--
-- since: seconds to look back, one hour unless given.
WITH
    spans AS
    (
        SELECT
            toStartOfMinute(Timestamp) AS minute,
            countIf(SpanName = 'POST /checkout') AS checkouts,
            countIf(SpanName = 'POST /checkout' AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS failed_checkouts,
            round(quantileIf(0.95)(Duration, SpanName = 'POST /process') / 1e6, 1) AS process_p95_ms,
            round(quantileIf(0.95)(Duration, SpanName = 'POST /reserve') / 1e6, 1) AS reserve_p95_ms
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
          AND SpanName IN ('POST /checkout', 'POST /process', 'POST /reserve')
        GROUP BY minute
    ),
    pool AS
    (
        SELECT
            toStartOfMinute(TimeUnix) AS minute,
            maxIf(Value, MetricName = 'db.client.connection.pending_requests') AS waiting_for_a_connection,
            maxIf(Value, MetricName = 'db.client.connection.count' AND Attributes['db.client.connection.state'] = 'used')
                AS connections_in_use
        FROM (SELECT * FROM otel_metrics_gauge UNION ALL SELECT * EXCEPT (AggregationTemporality, IsMonotonic) FROM otel_metrics_sum)
        WHERE TimeUnix >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND ServiceName = 'inventory-service'
          AND MetricName IN ('db.client.connection.pending_requests', 'db.client.connection.count')
        GROUP BY minute
    )
SELECT
    minute,
    checkouts,
    failed_checkouts,
    process_p95_ms,
    reserve_p95_ms,
    waiting_for_a_connection,
    connections_in_use
FROM spans
LEFT JOIN pool USING (minute)
ORDER BY minute
