-- Every span of one trace in 16, with the few columns that questions about structure need.
--
-- A question about a day of a busy shop is answered from a sample of its traces. In otel_traces the spans
-- of a trace lie far apart, so picking some traces reads all rows; here they lie side by side, and the
-- primary key finds any smaller sample too. The last digits of a trace id are random: the traces whose last
-- eight are below 10000000 are an even sample. Queries use it when they need no more than that.

CREATE TABLE IF NOT EXISTS otel_traces_rollup_sample
(
    `Timestamp` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `TraceId` String CODEC(ZSTD(1)),
    `SpanId` String CODEC(ZSTD(1)),
    `ParentSpanId` String CODEC(ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `Duration` UInt64 CODEC(T64, ZSTD(1)),
    `StatusCode` LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (toStartOfHour(Timestamp), substring(TraceId, 25), TraceId)
TTL Timestamp + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1;

-- The spans that are there already, once.
INSERT INTO otel_traces_rollup_sample
SELECT toDateTime(Timestamp), TraceId, SpanId, ParentSpanId, ServiceName, SpanName, Duration, StatusCode
FROM otel_traces
WHERE substring(TraceId, 25) < '10000000' AND TraceId != ''
  AND (SELECT count() FROM schema_version WHERE Version = 5) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_rollup_sample_mv TO otel_traces_rollup_sample
AS SELECT
    toDateTime(Timestamp) AS Timestamp,
    TraceId,
    SpanId,
    ParentSpanId,
    ServiceName,
    SpanName,
    Duration,
    StatusCode
FROM otel_traces
WHERE substring(TraceId, 25) < '10000000' AND TraceId != '';

INSERT INTO schema_version (Version, Name)
SELECT 5, 'A sample of the traces' WHERE (SELECT count() FROM schema_version WHERE Version = 5) = 0;
