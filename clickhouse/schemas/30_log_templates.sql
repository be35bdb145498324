-- What the warnings and errors say, once each: the kinds of messages with how often and since when.
--
-- A body is often the same a million times, and two bodies differ in an id. log_template replaces what differs, and
-- log_template_key is the one definition of "the same kind": the view below, the views that join by it
-- (32_embeddings.sql) and the questions all call it. The cause is a part of it: "Failed to place order" alone says nothing.
--
-- Functions belong to the server and not to the database. A change of what they do is a function of another name and
-- a new file, since the keys of before would no longer be found.

-- Ids, addresses and numbers become what they are. Only the first 2,000 bytes count, and what is not UTF-8 is replaced.
CREATE FUNCTION IF NOT EXISTS log_template AS (text) ->
    replaceRegexpAll(
        replaceRegexpAll(
            replaceRegexpAll(
                replaceRegexpAll(
                    toValidUTF8(substring(text, 1, 2000)),
                    '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
                    '<uuid>'
                ),
                '[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)+',
                '<email>'
            ),
            -- Not what follows a point: that is a number's.
            '(^|[^0-9A-Za-z.])(?:0x[0-9a-fA-F]+|[0-9a-fA-F]*[0-9][0-9a-fA-F]{7,}|[0-9a-fA-F]{7,}[0-9][0-9a-fA-F]*)\\b',
            '\\1<hex>'
        ),
        '[0-9]+(?:[.,:][0-9]+)*',
        '<n>'
    );

-- Where a log record says why: the first of these attributes that is there.
CREATE FUNCTION IF NOT EXISTS log_cause AS (attributes) ->
    arrayFirst(
        value -> value != '',
        [attributes['cause'], attributes['exception.message'], attributes['reason'], attributes['error.type']]
    );

CREATE FUNCTION IF NOT EXISTS log_template_key AS (service, severity, body, attributes) ->
    cityHash64(toString(service), upper(toString(severity)), log_template(body), log_template(log_cause(attributes)));

-- Warnings and worse, by number or, where a sender gives none, by name.
CREATE FUNCTION IF NOT EXISTS log_is_warning AS (number, severity) ->
    number >= 13 OR (number = 0 AND match(toString(severity), '^(?i)(warn|err|crit|fatal|alert|emerg|panic)'));

CREATE TABLE IF NOT EXISTS log_templates
(
    `Key` UInt64 COMMENT 'log_template_key of its records' CODEC(NONE),
    `ServiceName` SimpleAggregateFunction(any, LowCardinality(String)) CODEC(ZSTD(1)),
    `SeverityText` SimpleAggregateFunction(any, LowCardinality(String)) COMMENT 'in upper case' CODEC(ZSTD(1)),
    `Template` SimpleAggregateFunction(any, String) COMMENT 'the body without what differs' CODEC(ZSTD(3)),
    `Cause` SimpleAggregateFunction(any, String) COMMENT 'why, without what differs; empty when no record says' CODEC(ZSTD(3)),
    `FirstSeen` SimpleAggregateFunction(min, DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `LastSeen` SimpleAggregateFunction(max, DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `ExemplarTraceId` SimpleAggregateFunction(max, String) COMMENT 'one trace of many' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY Key
-- Far fewer than the records, and what a failure of last year was is what one looks for.
TTL toDateTime(LastSeen) + toIntervalYear(1)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- The records that are there already, once.
INSERT INTO log_templates
SELECT
    log_template_key(ServiceName, SeverityText, Body, LogAttributes) AS Key,
    any(ServiceName),
    any(upper(SeverityText)),
    any(log_template(Body)),
    any(log_template(log_cause(LogAttributes))),
    min(Timestamp),
    max(Timestamp),
    count(),
    max(TraceId)
FROM otel_logs
WHERE log_is_warning(SeverityNumber, SeverityText)
  AND (SELECT count() FROM schema_version WHERE Version = 30) = 0
GROUP BY Key;

CREATE MATERIALIZED VIEW IF NOT EXISTS log_templates_mv TO log_templates
AS SELECT
    log_template_key(logs.ServiceName, logs.SeverityText, logs.Body, logs.LogAttributes) AS Key,
    any(logs.ServiceName) AS ServiceName,
    any(upper(logs.SeverityText)) AS SeverityText,
    any(log_template(logs.Body)) AS Template,
    any(log_template(log_cause(logs.LogAttributes))) AS Cause,
    min(logs.Timestamp) AS FirstSeen,
    max(logs.Timestamp) AS LastSeen,
    count() AS Count,
    max(logs.TraceId) AS ExemplarTraceId
FROM otel_logs AS logs
WHERE log_is_warning(logs.SeverityNumber, logs.SeverityText)
GROUP BY Key;

INSERT INTO schema_version (Version, Name)
SELECT 30, 'Templates of warnings and errors' WHERE (SELECT count() FROM schema_version WHERE Version = 30) = 0;
