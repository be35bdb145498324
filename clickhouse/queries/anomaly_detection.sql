-- Which traces of the last ten minutes are strange, and why? The plan's question 5.2.
--
-- anomaly_score is the larger of two -log10 of tail probabilities, of the trace's structure and of the duration of its
-- worst span, against the hour before (schemas/31_trace_structures.sql): 3 is one trace in a thousand. It needs no
-- vectors. anomaly_by_centroid.sql is the plan's own form, which finds less (docs/similar-errors.md).
--
-- since: seconds to look back, 600 unless given. limit: rows, 20 unless given.
SELECT
    TraceId,
    toString(SpanSequence) AS span_sequence,
    Duration AS total_duration,
    ErrorCount AS error_count,
    Score AS anomaly_score,
    IsAnomaly AS is_anomaly,
    AnomalyType AS anomaly_type,
    Reason AS reason,
    ServiceName AS service_name,
    SpanName AS operation,
    Timestamp
FROM trace_summaries
WHERE Timestamp > now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 600))
  -- As strange as the last of the rows that are wanted: found by the narrow columns, so that the wide ones are sorted for a
  -- few rows alone. A trace that was summarized twice counts once, by its beginning.
  AND (IsAnomaly, Score) >=
  (
      SELECT min((IsAnomaly, Score))
      FROM
      (
          SELECT IsAnomaly, Score
          FROM trace_summaries
          WHERE Timestamp > now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 600))
          ORDER BY IsAnomaly DESC, Score DESC
          LIMIT 1 BY Timestamp
          LIMIT ifNull({limit:Nullable(UInt32)}, 20)
      )
  )
ORDER BY is_anomaly DESC, anomaly_score DESC, Timestamp DESC
LIMIT 1 BY TraceId
LIMIT ifNull({limit:Nullable(UInt32)}, 20)
