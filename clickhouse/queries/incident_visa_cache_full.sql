-- Orders fail for some cards only: minute by minute, what fills up before they do?
--
-- Read from left to right: payments are refused while POST /process gets slower, together with the
-- size of the validation cache, which stops at its limit.
--
-- since: seconds to look back, one hour unless given.
WITH
    spans AS
    (
        SELECT
            toStartOfMinute(Timestamp) AS minute,
            count() AS payments,
            countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR') OR toUInt16OrZero(SpanAttributes['http.response.status_code']) >= 400)
                AS refused,
            round(quantile(0.5)(Duration) / 1e6, 1) AS process_p50_ms,
            round(quantile(0.95)(Duration) / 1e6, 1) AS process_p95_ms
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND ServiceName = 'payment-service'
          AND SpanName = 'POST /process'
        GROUP BY minute
    ),
    cache AS
    (
        SELECT toStartOfMinute(TimeUnix) AS minute, max(Value) AS cache_size
        FROM (SELECT * FROM otel_metrics_gauge UNION ALL SELECT * EXCEPT (AggregationTemporality, IsMonotonic) FROM otel_metrics_sum)
        WHERE TimeUnix >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND MetricName = 'visa_validation_cache.size'
        GROUP BY minute
    ),
    complaints AS
    (
        SELECT toStartOfMinute(Timestamp) AS minute, topK(1)(Body)[1] AS most_said
        FROM otel_logs
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND ServiceName = 'payment-service'
          AND SeverityNumber >= 13
        GROUP BY minute
    )
SELECT
    minute,
    payments,
    refused,
    process_p50_ms,
    process_p95_ms,
    cache_size,
    most_said
FROM spans
LEFT JOIN cache USING (minute)
LEFT JOIN complaints USING (minute)
ORDER BY minute
