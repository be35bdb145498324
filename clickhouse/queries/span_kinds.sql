-- What kinds of spans each service makes: the Service Map needs Client spans of the caller and
-- Server spans of the called.
--
-- since: seconds to look back, ten minutes unless given.
SELECT
    ServiceName,
    SpanKind,
    count() AS spans
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 600))
GROUP BY ServiceName, SpanKind
ORDER BY ServiceName, SpanKind
