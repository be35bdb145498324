-- What traces look like and how strange each one is, so that a question about an hour reads one row a trace.
--
-- A trace is whole only some time after its first span, and its spans come in several inserts: no view on otel_traces
-- can see one. embedding-pipeline summarizes those that have ended, every few seconds and once each, and scores them
-- against the hour before (docs/similar-errors.md). Without it these tables stay empty.
--
-- A step is a service, an operation and whether it failed; a structure is the set of a trace's steps, each once or
-- several times. Scores are -log10 of a tail probability: 2 is one trace in a hundred, 3 one in a thousand.

CREATE TABLE IF NOT EXISTS trace_summaries
(
    `TraceId` String CODEC(ZSTD(1)),
    `Timestamp` DateTime64(9, 'UTC') COMMENT 'its first span began' CODEC(Delta(8), ZSTD(1)),
    `Duration` UInt64 COMMENT 'to the end of its last span, in nanoseconds' CODEC(T64, ZSTD(1)),
    `ServiceName` LowCardinality(String) COMMENT 'of its root' CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) COMMENT 'of its root' CODEC(ZSTD(1)),
    `Release` LowCardinality(String) COMMENT 'service.version of its root' CODEC(ZSTD(1)),
    `Structure` UInt64 CODEC(ZSTD(1)),
    `Steps` Array(String) COMMENT 'sorted' CODEC(ZSTD(1)),
    `SpanSequence` LowCardinality(String) COMMENT 'the steps in the order of their beginning' CODEC(ZSTD(1)),
    `SpanCount` UInt32 CODEC(ZSTD(1)),
    `ErrorCount` UInt32 CODEC(ZSTD(1)),
    `Key` UInt64 COMMENT 'of its text in template_embeddings' CODEC(ZSTD(1)),
    `Text` LowCardinality(String) COMMENT 'what is embedded' CODEC(ZSTD(1)),
    `WorstService` LowCardinality(String) COMMENT 'of the span that is farthest from its baseline' CODEC(ZSTD(1)),
    `WorstOperation` LowCardinality(String) CODEC(ZSTD(1)),
    `WorstDeviation` Float32 COMMENT 'robust z of its log duration; -1 without a baseline' CODEC(ZSTD(1)),
    `StructureScore` Float32 CODEC(ZSTD(1)),
    `LatencyScore` Float32 CODEC(ZSTD(1)),
    `Score` Float32 COMMENT 'the larger of the two' CODEC(ZSTD(1)),
    `IsAnomaly` UInt8 CODEC(ZSTD(1)),
    `AnomalyType` LowCardinality(String) COMMENT 'structure, latency, or empty' CODEC(ZSTD(1)),
    `Reason` String CODEC(ZSTD(1)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1
)
-- A trace that is summarized again replaces itself.
ENGINE = ReplacingMergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (toStartOfMinute(Timestamp), TraceId)
TTL toDateTime(Timestamp) + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

-- How often each structure was seen, by five minutes.
CREATE TABLE IF NOT EXISTS trace_structures
(
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `Structure` UInt64 CODEC(ZSTD(1)),
    `Release` LowCardinality(String) CODEC(ZSTD(1)),
    `Time` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `Steps` SimpleAggregateFunction(any, Array(String)) CODEC(ZSTD(1)),
    `SpanSequence` SimpleAggregateFunction(any, LowCardinality(String)) CODEC(ZSTD(1)),
    `Traces` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Anomalies` SimpleAggregateFunction(sum, UInt64) COMMENT 'how many of them were flagged' CODEC(ZSTD(1)),
    `FirstSeen` SimpleAggregateFunction(min, DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `LastSeen` SimpleAggregateFunction(max, DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `ExemplarTraceId` SimpleAggregateFunction(any, String) COMMENT 'one of the first' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (ServiceName, SpanName, Structure, Release, Time)
TTL Time + toIntervalDay(90)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS trace_structures_mv TO trace_structures
AS SELECT
    traces.ServiceName AS ServiceName,
    traces.SpanName AS SpanName,
    traces.Structure AS Structure,
    traces.Release AS Release,
    toStartOfFiveMinutes(toDateTime(traces.Timestamp)) AS Time,
    any(traces.Steps) AS Steps,
    any(traces.SpanSequence) AS SpanSequence,
    count() AS Traces,
    sum(traces.IsAnomaly) AS Anomalies,
    min(traces.Timestamp) AS FirstSeen,
    max(traces.Timestamp) AS LastSeen,
    argMin(traces.TraceId, traces.Timestamp) AS ExemplarTraceId
FROM trace_summaries AS traces
GROUP BY ServiceName, SpanName, Structure, Release, Time;

-- How long each operation takes in traces that were not flagged, by five minutes: t-digest states of
-- log(nanoseconds + 1,000,000), to be merged. Half of the spans lie between the outer two quantiles.
CREATE TABLE IF NOT EXISTS operation_baselines
(
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `Release` LowCardinality(String) COMMENT 'service.version of the span' CODEC(ZSTD(1)),
    `Time` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `Spans` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `LogDurationState` AggregateFunction(quantilesTDigest(0.25, 0.5, 0.75), Float64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (ServiceName, SpanName, Release, Time)
TTL Time + toIntervalDay(90)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

-- The texts of traces, once each.
CREATE TABLE IF NOT EXISTS trace_templates
(
    `Key` UInt64 CODEC(NONE),
    `Text` SimpleAggregateFunction(any, String) CODEC(ZSTD(3)),
    `FirstSeen` SimpleAggregateFunction(min, DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `LastSeen` SimpleAggregateFunction(max, DateTime64(9, 'UTC')) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY Key
TTL toDateTime(LastSeen) + toIntervalYear(1)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000;

CREATE MATERIALIZED VIEW IF NOT EXISTS trace_templates_mv TO trace_templates
AS SELECT
    traces.Key AS Key,
    any(toString(traces.Text)) AS Text,
    min(traces.Timestamp) AS FirstSeen,
    max(traces.Timestamp) AS LastSeen
FROM trace_summaries AS traces
GROUP BY Key;

INSERT INTO schema_version (Version, Name)
SELECT 31, 'Structures of traces' WHERE (SELECT count() FROM schema_version WHERE Version = 31) = 0;
