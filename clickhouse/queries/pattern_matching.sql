-- What is known of this error: causes and remedies of the patterns nearest to it. The plan's question 5.3.
--
-- similarity is a cosine distance, as in the plan: small is near. is_similar says whether it is below the limit of the
-- model in embedding_models. A pattern is a candidate, not a finding.
--
-- current_trace_id: the trace whose first error is looked for; the latest error unless given.
-- query_embedding: a vector to look for instead, as text: [0.1, -0.2, ...].
-- model: whose vectors; all-MiniLM-L6-v2 unless given. limit: rows, 5 unless given.
WITH
    ifNull({model:Nullable(String)}, 'all-MiniLM-L6-v2') AS chosen_model,
    JSONExtract(ifNull({query_embedding:Nullable(String)}, '[]'), 'Array(Float32)') AS given,
    -- The kinds of the trace's errors, the most severe and then the earliest last; none where a vector is given.
    (
        SELECT groupArray((Key, (Severity, negate(At))))
        FROM
        (
            SELECT
                log_template_key(ServiceName, SeverityText, Body, LogAttributes) AS Key,
                toInt64(max(SeverityNumber)) AS Severity,
                min(toUnixTimestamp64Nano(Timestamp)) AS At
            FROM otel_logs
            WHERE empty(given) AND log_is_warning(SeverityNumber, SeverityText) AND TraceId =
                ifNull(
                    {current_trace_id:Nullable(String)},
                    (SELECT argMax(ExemplarTraceId, LastSeen) FROM log_templates WHERE SeverityText = 'ERROR')
                )
            GROUP BY Key
        )
    ) AS errors,
    -- Looked up by key: a join would read every vector there is.
    (
        SELECT argMax(Embedding, arrayFirst(each -> each.1 = Key, errors).2)
        FROM template_embeddings
        WHERE Model = chosen_model AND Key IN (SELECT arrayJoin(errors).1)
    ) AS of_trace,
    (SELECT if(empty(given), of_trace, given)) AS reference
SELECT
    patterns.error_signature AS error_signature,
    patterns.root_cause AS root_cause,
    patterns.resolution AS resolution,
    patterns.occurrence_count AS occurrence_count,
    cosineDistance(patterns.embedding, reference) AS similarity,
    similarity < (SELECT ifNull(max(`Limit`), 0) FROM embedding_models FINAL WHERE Model = chosen_model) AS is_similar,
    patterns.service_name AS service_name,
    patterns.last_seen AS last_seen,
    patterns.related_trace_ids AS related_trace_ids
FROM (SELECT * FROM error_patterns FINAL) AS patterns
-- Vectors of another length would end the question.
WHERE patterns.embedding_model = chosen_model AND length(patterns.embedding) = length(reference)
ORDER BY similarity, error_signature
LIMIT ifNull({limit:Nullable(UInt32)}, 5)
