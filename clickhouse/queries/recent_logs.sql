-- The latest log records, with the trace that each belongs to.
--
-- since: seconds to look back, one hour unless given. rows: 5 unless given.
SELECT
    Timestamp,
    ServiceName,
    SeverityText,
    Body,
    TraceId
FROM otel_logs
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
ORDER BY Timestamp DESC
LIMIT ifNull({rows:Nullable(UInt32)}, 5)
