-- How many traces pass through each service, and how many spans it makes of them.
--
-- since: seconds to look back, one hour unless given. Traces are counted to about one in a hundred.
SELECT
    ServiceName,
    uniqCombined(15)(TraceId) AS traces,
    count() AS spans,
    countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS error_spans
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
GROUP BY ServiceName
ORDER BY traces DESC, ServiceName
