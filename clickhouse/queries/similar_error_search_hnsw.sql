-- Which errors are like this one, by the index of optional/vector_index.sql; exact without it.
--
-- The nearest are taken first and filtered afterwards, so a filter that few pass finds fewer than there are:
-- vector_search_index_fetch_multiplier takes more to begin with, vector_search_filter_strategy = 'prefilter' makes it
-- exact again and as slow as similar_error_search.sql. The index holds halved numbers; vector_search_with_rescoring
-- measures what it found again by the whole ones. The limit of similarity stands outside: with the distance in WHERE the
-- index is not used.
--
-- query_embedding: a vector, as text; that of the newest template unless given. model: whose vectors;
-- all-MiniLM-L6-v2 unless given. service: only errors of that one. limit: rows, 10 unless given.
WITH
    ifNull({model:Nullable(String)}, 'all-MiniLM-L6-v2') AS chosen_model,
    JSONExtract(ifNull({query_embedding:Nullable(String)}, '[]'), 'Array(Float32)') AS given,
    (SELECT argMax(Embedding, CreatedAt) FROM template_embeddings WHERE Model = chosen_model) AS newest,
    (SELECT if(empty(given), newest, given)) AS reference,
    -- As one value, which is computed once.
    (
        SELECT groupArray((Key, distance))
        FROM
        (
            SELECT Key, cosineDistance(Embedding, reference) AS distance
            FROM template_embeddings
            WHERE Model = chosen_model AND Dimension = length(reference)
            ORDER BY cosineDistance(Embedding, reference)
            LIMIT 100
            SETTINGS vector_search_index_fetch_multiplier = 4, vector_search_with_rescoring = 1
        )
    ) AS nearest
SELECT
    max(templates.LastSeen) AS Timestamp,
    any(templates.ServiceName) AS ServiceName,
    any(templates.Template) AS Body,
    any(arrayFirst(each -> each.1 = templates.Key, nearest).2) AS distance,
    distance < (SELECT ifNull(max(`Limit`), 0) FROM embedding_models FINAL WHERE Model = chosen_model) AS is_similar,
    any(templates.Cause) AS cause,
    max(templates.ExemplarTraceId) AS exemplar_trace_id
FROM log_templates AS templates
WHERE templates.Key IN (SELECT arrayJoin(nearest).1)
  AND templates.ServiceName = ifNull({service:Nullable(String)}, templates.ServiceName)
GROUP BY templates.Key
ORDER BY distance, templates.Key
LIMIT ifNull({limit:Nullable(UInt32)}, 10)
