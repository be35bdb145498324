-- The latest traces by their first span: what was asked, how long it took, how it ended.
--
-- since: seconds to look back, one hour unless given. rows: 5 unless given.
WITH
    now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600)) AS start,
    ifNull({rows:Nullable(UInt32)}, 5) AS wanted
SELECT
    Timestamp,
    ServiceName,
    SpanName,
    round(Duration / 1e6, 2) AS duration_ms,
    StatusCode,
    TraceId
FROM otel_traces
-- Visits are some of these spans: none of the latest is older than the last visit of as many, and where there are
-- fewer visits, the whole window is read.
WHERE Timestamp >=
  (
      SELECT if(count() < wanted, start, min(Timestamp))
      FROM
      (
          SELECT Timestamp
          FROM otel_traces_rollup_visits
          WHERE Hour >= toStartOfHour(toDateTime(start, 'UTC')) AND Timestamp >= start
          ORDER BY Timestamp DESC
          LIMIT wanted
      )
  )
  AND ParentSpanId = ''
ORDER BY Timestamp DESC
LIMIT wanted
