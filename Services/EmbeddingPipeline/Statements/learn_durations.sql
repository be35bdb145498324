-- What the spans of a window say about their operations, those of flagged traces left out.
--
-- from, until: the window, in milliseconds since 1970.
INSERT INTO operation_baselines (ServiceName, SpanName, Release, Time, Spans, LogDurationState)
WITH
    fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS window_from,
    fromUnixTimestamp64Milli({until:Int64}, 'UTC') AS window_until
SELECT
    spans.ServiceName AS ServiceName,
    spans.SpanName AS SpanName,
    spans.ResourceAttributes['service.version'] AS Release,
    toStartOfFiveMinutes(toDateTime(spans.Timestamp)) AS Time,
    count() AS Spans,
    quantilesTDigestState(0.25, 0.5, 0.75)(log(spans.Duration + 1000000)) AS LogDurationState
FROM otel_traces AS spans
WHERE spans.Timestamp > window_from AND spans.Timestamp <= window_until AND spans.ServiceName != 'embedding-pipeline'
  AND spans.TraceId NOT IN
  (
      SELECT TraceId FROM trace_summaries
      WHERE Timestamp > window_from - toIntervalMinute(1) AND Timestamp <= window_until AND IsAnomaly = 1
  )
GROUP BY ServiceName, SpanName, Release, Time
