-- Which errors of the past are like this one? The plan's question 5.1, by the nearest vectors.
--
-- Exact: every vector of the model is compared, which takes milliseconds for thousands of templates
-- (similar_error_search_hnsw.sql is for hundreds of thousands). Errors are compared by template, so that a row stands
-- for all records of its kind. A row is similar when its distance is below the limit of the model in embedding_models;
-- the others are shown too, since a limit that is too strict must not hide what is there. Similar is not the same:
-- no model tells apart causes that share their words, so look at the cause and at the exemplar's trace.
--
-- current_trace_id: the trace whose first error is looked for; the latest error unless given.
-- query_embedding: a vector to look for instead, as text: [0.1, -0.2, ...].
-- model: whose vectors; all-MiniLM-L6-v2 unless given. service: only errors of that one.
-- older_than: only errors that were seen more than so many seconds ago, an hour unless given. limit: rows, 10 unless given.
WITH
    ifNull({model:Nullable(String)}, 'all-MiniLM-L6-v2') AS chosen_model,
    ifNull({older_than:Nullable(UInt32)}, 3600) AS seconds,
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
    -- A value of its own, or the vector would be read from its text again for each block of rows.
    (SELECT if(empty(given), of_trace, given)) AS reference,
    -- As one value, which is computed once: a named query would be run again at each place that names it.
    (
        SELECT groupArray((Key, distance))
        FROM
        (
            SELECT Key, min(cosineDistance(Embedding, reference)) AS distance
            FROM template_embeddings
            WHERE Model = chosen_model AND length(Embedding) = length(reference) AND Key IN
            (
                SELECT Key FROM log_templates
                WHERE FirstSeen < now64(9) - toIntervalSecond(seconds)
                  AND ServiceName = ifNull({service:Nullable(String)}, ServiceName)
            )
            GROUP BY Key
            ORDER BY distance, Key
            LIMIT ifNull({limit:Nullable(UInt32)}, 10)
        )
    ) AS nearest
SELECT
    max(templates.LastSeen) AS Timestamp,
    any(templates.ServiceName) AS ServiceName,
    any(templates.Template) AS Body,
    any(arrayFirst(each -> each.1 = templates.Key, nearest).2) AS distance,
    distance < (SELECT ifNull(max(`Limit`), 0) FROM embedding_models FINAL WHERE Model = chosen_model) AS is_similar,
    any(templates.Cause) AS cause,
    any(templates.SeverityText) AS severity,
    sum(templates.Count) AS occurrence_count,
    min(templates.FirstSeen) AS first_seen,
    max(templates.ExemplarTraceId) AS exemplar_trace_id
FROM log_templates AS templates
WHERE templates.Key IN (SELECT arrayJoin(nearest).1)
GROUP BY templates.Key
ORDER BY distance, templates.Key
