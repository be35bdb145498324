-- Strange traces by the plan's own method: the distance of a trace's vector from the middle of the normal ones.
--
-- One middle for each root operation, since one for all finds little more than chance does. It is a sum for each element, since
-- the plan's arrayMap over avg is no valid SQL and the cosine takes no notice of a length. Kept to be compared: anomaly_detection.sql finds more.
--
-- since: seconds to look back, 600 unless given; the normal ones are of the hour before. model: whose vectors;
-- all-MiniLM-L6-v2 unless given. limit: rows, 20 unless given.
WITH
    ifNull({model:Nullable(String)}, 'all-MiniLM-L6-v2') AS chosen_model,
    now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 600)) AS start,
    vectors AS
    (
        SELECT Key, Embedding
        FROM template_embeddings FINAL
        WHERE Model = chosen_model
          AND length(Embedding) = (SELECT max(Dimension) FROM template_embeddings WHERE Model = chosen_model)
    ),
    -- Traces of one text have one vector: it is enough to count them.
    normal_centroid AS
    (
        SELECT ServiceName, SpanName, sumForEach(arrayMap(value -> value * traces, Embedding)) AS centroid
        FROM
        (
            SELECT ServiceName, SpanName, Key, count() AS traces
            FROM trace_summaries
            WHERE Timestamp > start - toIntervalHour(1) AND Timestamp <= start AND IsAnomaly = 0
            GROUP BY ServiceName, SpanName, Key
        ) AS normal
        INNER JOIN vectors ON vectors.Key = normal.Key
        GROUP BY ServiceName, SpanName
    )
SELECT
    traces.TraceId AS TraceId,
    toString(traces.SpanSequence) AS span_sequence,
    traces.Duration AS total_duration,
    traces.ErrorCount AS error_count,
    cosineDistance(vectors.Embedding, normal_centroid.centroid) AS anomaly_score
FROM trace_summaries AS traces
INNER JOIN vectors ON vectors.Key = traces.Key
INNER JOIN normal_centroid ON normal_centroid.ServiceName = traces.ServiceName AND normal_centroid.SpanName = traces.SpanName
WHERE traces.Timestamp > start
ORDER BY anomaly_score DESC, TraceId
LIMIT ifNull({limit:Nullable(UInt32)}, 20)
