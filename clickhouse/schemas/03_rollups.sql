-- What is left of a month-old incident: calls, errors and durations of every operation, for a year.
--
-- Two resolutions, each fed by the spans as they are inserted. An operation is a service, a span
-- name and a kind; spans inside a service (Internal) are operations too. Quantiles are kept as
-- t-digest states, so read them merged: quantilesTDigestMerge(0.5, 0.95, 0.99)(DurationState) / 1e6.

CREATE TABLE IF NOT EXISTS otel_traces_rollup_5m
(
    `Time` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `Calls` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Errors` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationSum` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationMax` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    `DurationState` AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (ServiceName, SpanName, SpanKind, Time)
TTL Time + toIntervalYear(1)
SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_rollup_5m_mv TO otel_traces_rollup_5m
AS SELECT
    toStartOfFiveMinutes(toDateTime(Timestamp)) AS Time,
    ServiceName,
    SpanName,
    -- One spelling: collectors wrote SPAN_KIND_SERVER until 2024.
    if(startsWith(SpanKind, 'SPAN_KIND_'), initcap(lower(substring(SpanKind, 11))), SpanKind) AS SpanKind,
    count() AS Calls,
    countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS Errors,
    sum(Duration) AS DurationSum,
    max(Duration) AS DurationMax,
    quantilesTDigestState(0.5, 0.95, 0.99)(Duration) AS DurationState
FROM otel_traces
GROUP BY Time, ServiceName, SpanName, SpanKind;

CREATE TABLE IF NOT EXISTS otel_traces_rollup_1h
(
    `Time` DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanName` LowCardinality(String) CODEC(ZSTD(1)),
    `SpanKind` LowCardinality(String) CODEC(ZSTD(1)),
    `Calls` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `Errors` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationSum` SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    `DurationMax` SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    `DurationState` AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (ServiceName, SpanName, SpanKind, Time)
TTL Time + toIntervalYear(1)
SETTINGS ttl_only_drop_parts = 1;

-- Fed by the five-minute rows of the same insert, which are far fewer than the spans.
CREATE MATERIALIZED VIEW IF NOT EXISTS otel_traces_rollup_1h_mv TO otel_traces_rollup_1h
AS SELECT
    toStartOfHour(Time) AS Time,
    ServiceName,
    SpanName,
    SpanKind,
    sum(Calls) AS Calls,
    sum(Errors) AS Errors,
    sum(DurationSum) AS DurationSum,
    max(DurationMax) AS DurationMax,
    quantilesTDigestMergeState(0.5, 0.95, 0.99)(DurationState) AS DurationState
FROM otel_traces_rollup_5m
GROUP BY Time, ServiceName, SpanName, SpanKind;

INSERT INTO schema_version (Version, Name)
SELECT 3, 'Rollups of operations' WHERE (SELECT count() FROM schema_version WHERE Version = 3) = 0;
