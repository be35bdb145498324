-- Who came and what they asked for: one row for each request with which a trace begins, beside the others of its session.
--
-- In otel_traces such a request is one span in ten, and its session is one of a dozen attributes: a question about a day of
-- visits reads them all. Here it reads a few narrow columns. A session's number is a hash, so within an hour the rows below
-- a bound are an even sample of the sessions, and the primary key finds them without reading the others.

CREATE TABLE IF NOT EXISTS otel_traces_rollup_visits
(
    `Hour` DateTime('UTC') CODEC(Delta(4), ZSTD(1)) COMMENT 'full hour of Timestamp',
    `Session` UInt64 CODEC(ZSTD(1)) COMMENT 'hash of the attribute session.id; 0 outside a session',
    `Timestamp` DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)) COMMENT 'start of the request',
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)) COMMENT 'service.name',
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)) COMMENT 'with ServiceName the operation',
    `HasRoute` Bool CODEC(ZSTD(1)) COMMENT 'whether the service knew what was asked for',
    `IsError` Bool CODEC(ZSTD(1)) COMMENT 'whether the status is Error'
)
ENGINE = MergeTree
PARTITION BY toDate(Hour)
ORDER BY (Hour, Session, Timestamp)
TTL Hour + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'each request with which a trace begins, beside the others of its session';

-- The spans that are there already, once.
INSERT INTO otel_traces_rollup_visits
SELECT
    toStartOfHour(toDateTime(Timestamp)),
    if(SpanAttributes['session.id'] = '', 0, cityHash64(SpanAttributes['session.id'])),
    Timestamp,
    ServiceName,
    SpanName,
    SpanAttributes['http.route'] != '',
    StatusCode IN ('Error', 'STATUS_CODE_ERROR')
FROM otel_traces
WHERE ParentSpanId = '' AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
  AND (SELECT count() FROM schema_version WHERE Version = 10) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_rollup_visits_mv TO otel_traces_rollup_visits
AS SELECT
    toStartOfHour(toDateTime(Timestamp)) AS Hour,
    if(SpanAttributes['session.id'] = '', 0, cityHash64(SpanAttributes['session.id'])) AS Session,
    Timestamp,
    ServiceName,
    SpanName,
    SpanAttributes['http.route'] != '' AS HasRoute,
    StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS IsError
FROM otel_traces
WHERE ParentSpanId = '' AND SpanKind IN ('Server', 'SPAN_KIND_SERVER');

INSERT INTO schema_version (Version, Name)
SELECT 10, 'Visits' WHERE (SELECT count() FROM schema_version WHERE Version = 10) = 0;
