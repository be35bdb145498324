-- Vectors of templates, and the logs and traces as if each had one.
--
-- A vector belongs to a text and a model. embedding-pipeline adds those that are missing for the model of
-- EMBEDDING_MODEL; another model's rows stay beside them, and distances between two models mean nothing. So every
-- question names its model and, since models may share a name, the length: a row of another length would end it.

CREATE TABLE IF NOT EXISTS embedding_models
(
    `Model` LowCardinality(String) CODEC(ZSTD(1)),
    `Limit` Float32 COMMENT 'cosine distance below which two texts are called similar' CODEC(ZSTD(1)),
    `Note` String CODEC(ZSTD(1)),
    `UpdatedAt` DateTime('UTC') DEFAULT now() CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(UpdatedAt)
ORDER BY Model;

-- Measured, not guessed: docs/similar-errors.md. Others are the person's to add.
INSERT INTO embedding_models (Model, `Limit`, Note)
SELECT * FROM values('Model String, Limit Float32, Note String',
    ('all-MiniLM-L6-v2', 0.5, 'English; of pairs below it 87 in 100 have the same cause'),
    ('multilingual-e5-small', 0.1, 'a hundred languages; of pairs below it 91 in 100 have the same cause'),
    ('text-embedding-ada-002', 0.3, 'as the plan has it; not measured here'),
    ('text-embedding-3-small', 0.3, 'as the plan has it; not measured here'))
WHERE (SELECT count() FROM schema_version WHERE Version = 32) = 0;

CREATE TABLE IF NOT EXISTS template_embeddings
(
    `Key` UInt64 COMMENT 'of log_templates, trace_templates or error_patterns' CODEC(NONE),
    `Model` LowCardinality(String) CODEC(ZSTD(1)),
    `Dimension` UInt16 CODEC(ZSTD(1)),
    `Embedding` Array(Float32) COMMENT 'never empty' CODEC(NONE),
    `CreatedAt` DateTime('UTC') DEFAULT now() CODEC(ZSTD(1)),
    CONSTRAINT dimension CHECK length(Embedding) = Dimension AND Dimension > 0
)
ENGINE = ReplacingMergeTree(CreatedAt)
ORDER BY (Model, Key)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- The text of each template that is to be embedded: what said it, what, and why.
CREATE VIEW IF NOT EXISTS template_texts AS
SELECT Key, min(FirstSeen) AS FirstSeen, concat(any(ServiceName), ': ', any(Template), if(any(Cause) = '', '', concat(': ', any(Cause)))) AS Text
FROM log_templates
GROUP BY Key
UNION ALL
SELECT Key, min(FirstSeen) AS FirstSeen, any(Text) AS Text
FROM trace_templates
GROUP BY Key;

-- The plan's table of logs with their vectors, without a copy of either. A question about a few logs names their
-- traces or times, and the vectors of those few are looked up.
CREATE VIEW IF NOT EXISTS logs_with_embeddings AS
SELECT
    logs.Timestamp AS Timestamp,
    logs.TraceId AS TraceId,
    logs.SpanId AS SpanId,
    logs.SeverityText AS SeverityText,
    logs.ServiceName AS ServiceName,
    logs.Body AS Body,
    log_cause(logs.LogAttributes) AS Cause,
    log_template_key(logs.ServiceName, logs.SeverityText, logs.Body, logs.LogAttributes) AS Key,
    vectors.Embedding AS embedding,
    vectors.Model AS embedding_model
FROM otel_logs AS logs
INNER JOIN (SELECT Key, Model, Embedding FROM template_embeddings FINAL) AS vectors
    ON vectors.Key = log_template_key(logs.ServiceName, logs.SeverityText, logs.Body, logs.LogAttributes)
WHERE log_is_warning(logs.SeverityNumber, logs.SeverityText);

-- The plan's table of traces with their vectors. Those that have none yet have an empty one.
CREATE VIEW IF NOT EXISTS traces_with_embeddings AS
SELECT
    traces.TraceId AS TraceId,
    traces.Timestamp AS Timestamp,
    traces.ServiceName AS ServiceName,
    traces.SpanName AS SpanName,
    toString(traces.SpanSequence) AS span_sequence,
    toInt64(traces.Duration) AS total_duration,
    traces.SpanCount AS span_count,
    traces.ErrorCount AS error_count,
    vectors.Embedding AS embedding,
    vectors.Model AS embedding_model,
    traces.IsAnomaly AS is_anomaly,
    traces.AnomalyType AS anomaly_type,
    traces.Score AS anomaly_score,
    traces.Reason AS reason
FROM trace_summaries AS traces
LEFT JOIN (SELECT Key, Model, Embedding FROM template_embeddings FINAL) AS vectors ON vectors.Key = traces.Key;

INSERT INTO schema_version (Version, Name)
SELECT 32, 'Vectors of templates' WHERE (SELECT count() FROM schema_version WHERE Version = 32) = 0;
