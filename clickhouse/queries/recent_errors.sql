-- The latest error logs, with the trace that each belongs to.
--
-- since: seconds to look back, one hour unless given. Severity names are read in any case: the
-- ClickStack collector writes them in lower case.
SELECT
    Timestamp,
    ServiceName,
    SeverityText,
    Body,
    TraceId,
    LogAttributes
FROM otel_logs
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND (SeverityNumber >= 17 OR upper(SeverityText) IN ('ERROR', 'FATAL', 'CRITICAL'))
ORDER BY Timestamp DESC
LIMIT 10
