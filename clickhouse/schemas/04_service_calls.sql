-- Who called whom, put together as the spans arrive, so that the Service Map over a day needs no join.
--
-- A call is a client span and the server spans whose parent it is. They come from different services in
-- different inserts, so each contributes what it knows to the row of its call, and the engine merges the
-- rows as it merges parts: read them grouped by Call. Served has one element a server span: a message
-- can have several consumers, and a gateway may try again.
--
-- A call's number is a hash, so within an hour the rows below a bound are an even sample of the calls,
-- and the primary key finds them without reading the others.

CREATE TABLE IF NOT EXISTS otel_traces_rollup_calls
(
    `Hour` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `Call` UInt64 CODEC(NONE),
    `Caller` SimpleAggregateFunction(max, LowCardinality(String)) CODEC(ZSTD(1)),
    `Served` SimpleAggregateFunction(
        groupArrayArray,
        Array(Tuple(ServiceName String, Time DateTime('UTC'), Duration UInt64, IsError UInt8))
    ) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(Hour)
ORDER BY (Hour, Call)
TTL Hour + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1;

-- The spans that are there already, once.
INSERT INTO otel_traces_rollup_calls
WITH SpanKind IN ('Client', 'Producer', 'SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER') AS calls
SELECT
    toStartOfHour(toDateTime(Timestamp)) AS Hour,
    cityHash64(TraceId, if(calls, SpanId, ParentSpanId)) AS Call,
    if(calls, ServiceName, '') AS Caller,
    if(calls, [], [(ServiceName, toDateTime(Timestamp), Duration, StatusCode IN ('Error', 'STATUS_CODE_ERROR'))]) AS Served
FROM otel_traces
WHERE (calls OR (SpanKind IN ('Server', 'Consumer', 'SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER') AND ParentSpanId != ''))
  AND (SELECT count() FROM schema_version WHERE Version = 4) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_rollup_calls_mv TO otel_traces_rollup_calls
AS WITH SpanKind IN ('Client', 'Producer', 'SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER') AS calls
SELECT
    toStartOfHour(toDateTime(Timestamp)) AS Hour,
    cityHash64(TraceId, if(calls, SpanId, ParentSpanId)) AS Call,
    if(calls, ServiceName, '') AS Caller,
    if(calls, [], [(ServiceName, toDateTime(Timestamp), Duration, StatusCode IN ('Error', 'STATUS_CODE_ERROR'))]) AS Served
FROM otel_traces
WHERE calls OR (SpanKind IN ('Server', 'Consumer', 'SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER') AND ParentSpanId != '');

INSERT INTO schema_version (Version, Name)
SELECT 4, 'Calls between services' WHERE (SELECT count() FROM schema_version WHERE Version = 4) = 0;
