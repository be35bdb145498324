-- How many log records there were, for a year: by service, severity and kind of message, in steps of five minutes and of
-- an hour.
--
-- A step is named after its end, and a record at that very moment belongs to it, as with metrics (21_metric_rollups.sql).
-- Warnings and worse are counted by the key of their template (30_log_templates.sql), all else together. A level is found
-- as the query service finds it: by the number, or else the text, or else the first word of the body that names one.
--
-- rollup_days: how long they are kept, and the texts of the templates with them; 365 days unless given.

CREATE TABLE IF NOT EXISTS otel_logs_rollup_5m
(
    `Time` DateTime('UTC') COMMENT 'end of the five minutes' CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) COMMENT 'service.name' CODEC(ZSTD(1)),
    `Level` LowCardinality(String) COMMENT 'trace, debug, info, warn, error, critical, fatal or unknown' CODEC(ZSTD(1)),
    `SeverityText` LowCardinality(String) COMMENT 'as the sender writes it' CODEC(ZSTD(1)),
    `Template` UInt64 COMMENT 'Key of log_templates for warnings and worse, else 0' CODEC(ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) COMMENT 'records' CODEC(ZSTD(1)),
    `Bytes` SimpleAggregateFunction(sum, UInt64) COMMENT 'of their bodies' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (ServiceName, Level, SeverityText, Template, Time)
TTL Time + toIntervalDay(365)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'numbers of log records in steps of five minutes: read sums';

CREATE TABLE IF NOT EXISTS otel_logs_rollup_1h AS otel_logs_rollup_5m
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (ServiceName, Level, SeverityText, Template, Time)
TTL Time + toIntervalDay(365)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'numbers of log records in steps of an hour: read sums';
ALTER TABLE otel_logs_rollup_1h COMMENT COLUMN IF EXISTS `Time` 'end of the hour';

ALTER TABLE otel_logs_rollup_5m MODIFY TTL Time + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));
ALTER TABLE otel_logs_rollup_1h MODIFY TTL Time + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));
ALTER TABLE log_templates MODIFY TTL toDateTime(LastSeen) + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));

CREATE FUNCTION IF NOT EXISTS log_level AS (number, severity, body) ->
    multiIf(
        number > 24, 'unknown',
        number > 0, ['trace', 'debug', 'info', 'warn', 'error', 'fatal'][toUInt8(intDiv(number - 1, 4) + 1)],
        transform(
            lower(if(
                toString(severity) != '',
                toString(severity),
                extract(body, '(?i)\\b(trace|debug|info|warn|error|critical|fatal)')
            )),
            ['trace', 'trc', 'debug', 'dbg', 'info', 'inf', 'information', 'notice', 'warn', 'wrn', 'warning',
                'error', 'err', 'critical', 'crit', 'fatal', 'ftl', 'emerg', 'panic', 'alert'],
            ['trace', 'trace', 'debug', 'debug', 'info', 'info', 'info', 'info', 'warn', 'warn', 'warn',
                'error', 'error', 'critical', 'critical', 'fatal', 'fatal', 'fatal', 'fatal', 'fatal'],
            'unknown'
        )
    );

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_logs_rollup_1h_mv TO otel_logs_rollup_1h
AS SELECT
    toDateTime(intDiv(toUnixTimestamp(fine.Time) + 3599, 3600) * 3600, 'UTC') AS Time,
    ServiceName,
    Level,
    SeverityText,
    Template,
    sum(fine.Count) AS Count,
    sum(fine.Bytes) AS Bytes
FROM otel_logs_rollup_5m AS fine
GROUP BY Time, ServiceName, Level, SeverityText, Template;

-- The records that are there already, once.
INSERT INTO otel_logs_rollup_5m
SELECT
    toDateTime(intDiv(toUnixTimestamp64Nano(logs.Timestamp) + 299999999999, 300000000000) * 300, 'UTC') AS Time,
    logs.ServiceName,
    log_level(logs.SeverityNumber, logs.SeverityText, logs.Body) AS Level,
    logs.SeverityText,
    if(
        log_is_warning(logs.SeverityNumber, logs.SeverityText),
        log_template_key(logs.ServiceName, logs.SeverityText, logs.Body, logs.LogAttributes),
        0
    ) AS Template,
    count(),
    sum(length(logs.Body))
FROM otel_logs AS logs
WHERE (SELECT count() FROM schema_version WHERE Version = 34) = 0
GROUP BY Time, logs.ServiceName, Level, logs.SeverityText, Template;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_logs_rollup_5m_mv TO otel_logs_rollup_5m
AS SELECT
    toDateTime(intDiv(toUnixTimestamp64Nano(logs.Timestamp) + 299999999999, 300000000000) * 300, 'UTC') AS Time,
    logs.ServiceName AS ServiceName,
    log_level(logs.SeverityNumber, logs.SeverityText, logs.Body) AS Level,
    logs.SeverityText AS SeverityText,
    if(
        log_is_warning(logs.SeverityNumber, logs.SeverityText),
        log_template_key(logs.ServiceName, logs.SeverityText, logs.Body, logs.LogAttributes),
        0
    ) AS Template,
    count() AS Count,
    sum(length(logs.Body)) AS Bytes
FROM otel_logs AS logs
GROUP BY Time, ServiceName, Level, SeverityText, Template;

INSERT INTO schema_version (Version, Name)
SELECT 34, 'Rollups of logs' WHERE (SELECT count() FROM schema_version WHERE Version = 34) = 0;
