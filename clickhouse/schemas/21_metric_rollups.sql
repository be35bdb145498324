-- What is left of metrics when the points themselves are gone: each series in steps of five minutes and of an hour.
--
-- A step is named after its end, and a point at that very moment belongs to it: so a range of PromQL that begins and ends
-- with steps has the points of whole steps. Of each step there are count, sum, smallest, largest, first and last value. A
-- counter's increase follows from firsts and lasts: StartTime tells the stretches apart between which it began anew, and
-- within one it only rises.
--
-- Points come one at a time, so each is a row at first, and the engine merges the rows of a step as it merges parts: read
-- them grouped. What a series is says metric_series, which is kept as long.
--
-- rollup_days: how long rollups are kept, 365 days unless given. apply-schemas and the embedded server take it from
-- ROLLUP_RETENTION_DAYS. It counts from a row's own time: what is older is gone as soon as it is inserted.

CREATE TABLE IF NOT EXISTS otel_metrics_rollup_5m
(
    `MetricName` LowCardinality(String) COMMENT 'name of the metric' CODEC(ZSTD(1)),
    `SeriesId` UInt64 COMMENT 'the series of metric_series that it belongs to' CODEC(ZSTD(1)),
    `Time` DateTime('UTC') COMMENT 'end of the five minutes' CODEC(Delta(4), ZSTD(1)),
    `StartTime` DateTime64(3, 'UTC') COMMENT 'when a counter began; 1970 for all else' CODEC(Delta(8), ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) COMMENT 'points' CODEC(ZSTD(1)),
    `Sum` SimpleAggregateFunction(sum, Float64) COMMENT 'of their values' CODEC(ZSTD(1)),
    `Min` SimpleAggregateFunction(min, Float64) COMMENT 'smallest value; inf where all are no numbers' CODEC(ZSTD(1)),
    `Max` SimpleAggregateFunction(max, Float64) COMMENT 'largest value; -inf where all are no numbers' CODEC(ZSTD(1)),
    `First` SimpleAggregateFunction(min, Tuple(Time DateTime64(3, 'UTC'), Value Float64))
        COMMENT 'the first point' CODEC(ZSTD(1)),
    `Last` SimpleAggregateFunction(max, Tuple(Time DateTime64(3, 'UTC'), Value Float64))
        COMMENT 'the last point' CODEC(ZSTD(1)),
    `Ended` SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
        COMMENT 'when its sender last said that it has no value; 1970 for never' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (MetricName, SeriesId, Time, StartTime)
TTL Time + toIntervalDay(365)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'points of gauges and sums in steps of five minutes: read grouped by SeriesId, Time, StartTime';

CREATE TABLE IF NOT EXISTS otel_metrics_rollup_1h AS otel_metrics_rollup_5m
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (MetricName, SeriesId, Time, StartTime)
TTL Time + toIntervalDay(365)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'points of gauges and sums in steps of an hour: read grouped by SeriesId, Time, StartTime';
ALTER TABLE otel_metrics_rollup_1h COMMENT COLUMN IF EXISTS `Time` 'end of the hour';

CREATE TABLE IF NOT EXISTS otel_metrics_histogram_rollup_5m
(
    `MetricName` LowCardinality(String) COMMENT 'name of the metric' CODEC(ZSTD(1)),
    `SeriesId` UInt64 COMMENT 'the series of metric_series that it belongs to' CODEC(ZSTD(1)),
    `Time` DateTime('UTC') COMMENT 'end of the five minutes' CODEC(Delta(4), ZSTD(1)),
    `StartTime` DateTime64(3, 'UTC') COMMENT 'when the series began' CODEC(Delta(8), ZSTD(1)),
    `ExplicitBounds` Array(Float64) COMMENT 'upper bounds of its buckets' CODEC(ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) COMMENT 'points' CODEC(ZSTD(1)),
    `First` SimpleAggregateFunction(
        min,
        Tuple(Time DateTime64(3, 'UTC'), Count UInt64, Sum Float64, BucketCounts Array(UInt64))
    ) COMMENT 'the first point' CODEC(ZSTD(1)),
    `Last` SimpleAggregateFunction(
        max,
        Tuple(Time DateTime64(3, 'UTC'), Count UInt64, Sum Float64, BucketCounts Array(UInt64))
    ) COMMENT 'the last point' CODEC(ZSTD(1)),
    `Ended` SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
        COMMENT 'when its sender last said that it has no value; 1970 for never' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (MetricName, SeriesId, Time, StartTime, ExplicitBounds)
TTL Time + toIntervalDay(365)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'cumulative histograms in steps of five minutes: read grouped by SeriesId, Time, StartTime, ExplicitBounds';

CREATE TABLE IF NOT EXISTS otel_metrics_histogram_rollup_1h AS otel_metrics_histogram_rollup_5m
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Time)
ORDER BY (MetricName, SeriesId, Time, StartTime, ExplicitBounds)
TTL Time + toIntervalDay(365)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'cumulative histograms in steps of an hour: read grouped by SeriesId, Time, StartTime, ExplicitBounds';
ALTER TABLE otel_metrics_histogram_rollup_1h COMMENT COLUMN IF EXISTS `Time` 'end of the hour';

-- One retention for all rollups, and for the catalogue that says what their series are.
ALTER TABLE otel_metrics_rollup_5m MODIFY TTL Time + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));
ALTER TABLE otel_metrics_rollup_1h MODIFY TTL Time + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));
ALTER TABLE otel_metrics_histogram_rollup_5m MODIFY TTL Time + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));
ALTER TABLE otel_metrics_histogram_rollup_1h MODIFY TTL Time + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));
ALTER TABLE otel_traces_rollup_5m MODIFY TTL Time + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));
ALTER TABLE otel_traces_rollup_1h MODIFY TTL Time + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365));
ALTER TABLE metric_series MODIFY TTL Day + toIntervalDay(ifNull({rollup_days:Nullable(UInt16)}, 365) + 1);

-- Hours are fed by the rows of five minutes.
CREATE MATERIALIZED VIEW IF NOT EXISTS otel_metrics_rollup_1h_mv TO otel_metrics_rollup_1h
AS SELECT
    MetricName,
    SeriesId,
    toDateTime(intDiv(toUnixTimestamp(fine.Time) + 3599, 3600) * 3600, 'UTC') AS Time,
    StartTime,
    Count,
    Sum,
    Min,
    Max,
    First,
    Last,
    Ended
FROM otel_metrics_rollup_5m AS fine;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_metrics_histogram_rollup_1h_mv TO otel_metrics_histogram_rollup_1h
AS SELECT
    MetricName,
    SeriesId,
    toDateTime(intDiv(toUnixTimestamp(fine.Time) + 3599, 3600) * 3600, 'UTC') AS Time,
    StartTime,
    ExplicitBounds,
    Count,
    First,
    Last,
    Ended
FROM otel_metrics_histogram_rollup_5m AS fine;

-- The points that are there already, once. A point that has no value is neither first nor last of its step.
INSERT INTO otel_metrics_rollup_5m
WITH toUnixTimestamp64Milli(TimeUnix) AS milliseconds, bitAnd(Flags, 1) = 1 AS ended
SELECT
    MetricName,
    SeriesId,
    toDateTime(intDiv(milliseconds + 299999, 300000) * 300, 'UTC'),
    toDateTime64(0, 3, 'UTC'),
    toUInt64(NOT ended),
    if(ended, 0, Value),
    if(ended OR isNaN(Value), inf, Value),
    if(ended OR isNaN(Value), -inf, Value),
    (if(ended, toDateTime64('2299-12-31', 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')), Value),
    (if(ended, toDateTime64(0, 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')), Value),
    if(ended, fromUnixTimestamp64Milli(milliseconds, 'UTC'), toDateTime64(0, 3, 'UTC'))
FROM otel_metrics_gauge
WHERE (SELECT count() FROM schema_version WHERE Version = 21) = 0;

INSERT INTO otel_metrics_rollup_5m
WITH toUnixTimestamp64Milli(TimeUnix) AS milliseconds, bitAnd(Flags, 1) = 1 AS ended
SELECT
    MetricName,
    SeriesId,
    toDateTime(intDiv(milliseconds + 299999, 300000) * 300, 'UTC'),
    if(IsMonotonic AND AggregationTemporality = 2, toDateTime64(StartTimeUnix, 3, 'UTC'), toDateTime64(0, 3, 'UTC')),
    toUInt64(NOT ended),
    if(ended, 0, Value),
    if(ended OR isNaN(Value), inf, Value),
    if(ended OR isNaN(Value), -inf, Value),
    (if(ended, toDateTime64('2299-12-31', 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')), Value),
    (if(ended, toDateTime64(0, 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')), Value),
    if(ended, fromUnixTimestamp64Milli(milliseconds, 'UTC'), toDateTime64(0, 3, 'UTC'))
FROM otel_metrics_sum
WHERE (SELECT count() FROM schema_version WHERE Version = 21) = 0;

INSERT INTO otel_metrics_histogram_rollup_5m
WITH toUnixTimestamp64Milli(TimeUnix) AS milliseconds, bitAnd(Flags, 1) = 1 AS ended
SELECT
    MetricName,
    SeriesId,
    toDateTime(intDiv(milliseconds + 299999, 300000) * 300, 'UTC'),
    toDateTime64(StartTimeUnix, 3, 'UTC'),
    ExplicitBounds,
    toUInt64(NOT ended),
    (
        if(ended, toDateTime64('2299-12-31', 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')),
        otel_metrics_histogram.Count, Sum, BucketCounts
    ),
    (
        if(ended, toDateTime64(0, 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')),
        otel_metrics_histogram.Count, Sum, BucketCounts
    ),
    if(ended, fromUnixTimestamp64Milli(milliseconds, 'UTC'), toDateTime64(0, 3, 'UTC'))
FROM otel_metrics_histogram
WHERE AggregationTemporality = 2 AND (SELECT count() FROM schema_version WHERE Version = 21) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_metrics_rollup_gauge_mv TO otel_metrics_rollup_5m
AS WITH toUnixTimestamp64Milli(TimeUnix) AS milliseconds, bitAnd(Flags, 1) = 1 AS ended
SELECT
    MetricName,
    SeriesId,
    toDateTime(intDiv(milliseconds + 299999, 300000) * 300, 'UTC') AS Time,
    toDateTime64(0, 3, 'UTC') AS StartTime,
    toUInt64(NOT ended) AS Count,
    if(ended, 0, Value) AS Sum,
    if(ended OR isNaN(Value), inf, Value) AS Min,
    if(ended OR isNaN(Value), -inf, Value) AS Max,
    (if(ended, toDateTime64('2299-12-31', 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')), Value) AS First,
    (if(ended, toDateTime64(0, 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')), Value) AS Last,
    if(ended, fromUnixTimestamp64Milli(milliseconds, 'UTC'), toDateTime64(0, 3, 'UTC')) AS Ended
FROM otel_metrics_gauge;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_metrics_rollup_sum_mv TO otel_metrics_rollup_5m
AS WITH toUnixTimestamp64Milli(TimeUnix) AS milliseconds, bitAnd(Flags, 1) = 1 AS ended
SELECT
    MetricName,
    SeriesId,
    toDateTime(intDiv(milliseconds + 299999, 300000) * 300, 'UTC') AS Time,
    if(IsMonotonic AND AggregationTemporality = 2, toDateTime64(StartTimeUnix, 3, 'UTC'), toDateTime64(0, 3, 'UTC'))
        AS StartTime,
    toUInt64(NOT ended) AS Count,
    if(ended, 0, Value) AS Sum,
    if(ended OR isNaN(Value), inf, Value) AS Min,
    if(ended OR isNaN(Value), -inf, Value) AS Max,
    (if(ended, toDateTime64('2299-12-31', 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')), Value) AS First,
    (if(ended, toDateTime64(0, 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')), Value) AS Last,
    if(ended, fromUnixTimestamp64Milli(milliseconds, 'UTC'), toDateTime64(0, 3, 'UTC')) AS Ended
FROM otel_metrics_sum;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel_metrics_rollup_histogram_mv TO otel_metrics_histogram_rollup_5m
AS WITH toUnixTimestamp64Milli(TimeUnix) AS milliseconds, bitAnd(Flags, 1) = 1 AS ended
SELECT
    MetricName,
    SeriesId,
    toDateTime(intDiv(milliseconds + 299999, 300000) * 300, 'UTC') AS Time,
    toDateTime64(StartTimeUnix, 3, 'UTC') AS StartTime,
    ExplicitBounds,
    toUInt64(NOT ended) AS Count,
    (
        if(ended, toDateTime64('2299-12-31', 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')),
        points.Count, Sum, BucketCounts
    ) AS First,
    (
        if(ended, toDateTime64(0, 3, 'UTC'), fromUnixTimestamp64Milli(milliseconds, 'UTC')),
        points.Count, Sum, BucketCounts
    ) AS Last,
    if(ended, fromUnixTimestamp64Milli(milliseconds, 'UTC'), toDateTime64(0, 3, 'UTC')) AS Ended
FROM otel_metrics_histogram AS points
WHERE AggregationTemporality = 2;

INSERT INTO schema_version (Version, Name)
SELECT 21, 'Rollups of metrics' WHERE (SELECT count() FROM schema_version WHERE Version = 21) = 0;
