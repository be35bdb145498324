-- What the spans of a window say about their operations, those of flagged traces left out. The time of a message counts
-- from its sending, as in summarize_traces.sql.
--
-- from, until: the window, in milliseconds since 1970.
INSERT INTO operation_baselines (ServiceName, SpanName, Release, Time, Spans, LogDurationState)
WITH
    fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS window_from,
    fromUnixTimestamp64Milli({until:Int64}, 'UTC') AS window_until,
    messages.SpanId != '' AND spans.SpanKind IN ('Consumer', 'SPAN_KIND_CONSUMER') AS is_message,
    spans.Duration + if(is_message, greatest(0, toUnixTimestamp64Nano(spans.Timestamp) - toUnixTimestamp64Nano(messages.sent)), 0) AS took
SELECT
    spans.ServiceName AS ServiceName,
    spans.SpanName AS SpanName,
    spans.ResourceAttributes['service.version'] AS Release,
    toStartOfFiveMinutes(toDateTime(spans.Timestamp)) AS Time,
    count() AS Spans,
    quantilesTDigestState(0.25, 0.5, 0.75)(log(took + 1000000)) AS LogDurationState
FROM otel_traces AS spans
LEFT JOIN
(
    SELECT TraceId, SpanId, any(Timestamp) AS sent
    FROM otel_traces
    WHERE Timestamp > window_from - toIntervalMinute(1) AND Timestamp <= window_until
      AND SpanKind IN ('Producer', 'SPAN_KIND_PRODUCER')
    GROUP BY TraceId, SpanId
) AS messages ON messages.TraceId = spans.TraceId AND messages.SpanId = spans.ParentSpanId
WHERE spans.Timestamp > window_from AND spans.Timestamp <= window_until AND spans.ServiceName != 'embedding-pipeline'
  AND spans.TraceId NOT IN
  (
      SELECT TraceId FROM trace_summaries
      WHERE Timestamp > window_from - toIntervalMinute(1) AND Timestamp <= window_until AND IsAnomaly = 1
  )
GROUP BY ServiceName, SpanName, Release, Time
