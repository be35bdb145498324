-- Which series there are, so that a question about metrics reads the samples of those that it means and no others.
--
-- A series is what OpenTelemetry calls a stream: resource, scope, name, unit, kind and attributes. Two maps
-- tell it from others, and reading both for every sample costs more than all else; SeriesId stands for them.
-- Maps keep the order in which senders wrote them, so they are sorted first.
--
-- metric_series has one row a series and day. It is written with every insert and merged in the background:
-- read it grouped by MetricName and SeriesId.

ALTER TABLE otel_metrics_gauge ADD COLUMN IF NOT EXISTS `SeriesId` UInt64 MATERIALIZED
    cityHash64('gauge', MetricName, MetricUnit, mapSort(ResourceAttributes), ScopeName, ScopeVersion, mapSort(Attributes))
    CODEC(ZSTD(1));
ALTER TABLE otel_metrics_sum ADD COLUMN IF NOT EXISTS `SeriesId` UInt64 MATERIALIZED
    cityHash64(
        if(IsMonotonic, 'counter', 'sum'), AggregationTemporality, MetricName, MetricUnit, mapSort(ResourceAttributes),
        ScopeName, ScopeVersion, mapSort(Attributes)
    )
    CODEC(ZSTD(1));
ALTER TABLE otel_metrics_histogram ADD COLUMN IF NOT EXISTS `SeriesId` UInt64 MATERIALIZED
    cityHash64(
        'histogram', AggregationTemporality, MetricName, MetricUnit, mapSort(ResourceAttributes), ScopeName,
        ScopeVersion, mapSort(Attributes)
    )
    CODEC(ZSTD(1));
ALTER TABLE otel_metrics_exp_histogram ADD COLUMN IF NOT EXISTS `SeriesId` UInt64 MATERIALIZED
    cityHash64(
        'exponential_histogram', AggregationTemporality, MetricName, MetricUnit, mapSort(ResourceAttributes), ScopeName,
        ScopeVersion, mapSort(Attributes)
    )
    CODEC(ZSTD(1));
ALTER TABLE otel_metrics_summary ADD COLUMN IF NOT EXISTS `SeriesId` UInt64 MATERIALIZED
    cityHash64(
        'summary', MetricName, MetricUnit, mapSort(ResourceAttributes), ScopeName, ScopeVersion, mapSort(Attributes)
    )
    CODEC(ZSTD(1));

CREATE TABLE IF NOT EXISTS metric_series
(
    `MetricName` LowCardinality(String) CODEC(ZSTD(1)),
    `SeriesId` UInt64 CODEC(NONE),
    `Day` Date CODEC(Delta(2), ZSTD(1)),
    -- gauge, counter, sum, histogram, exponential_histogram or summary
    `Kind` SimpleAggregateFunction(any, LowCardinality(String)) CODEC(ZSTD(1)),
    -- As OTLP counts them: 1 delta, 2 cumulative; 0 for kinds that have none.
    `Temporality` SimpleAggregateFunction(any, Int32) CODEC(ZSTD(1)),
    `Unit` SimpleAggregateFunction(any, LowCardinality(String)) CODEC(ZSTD(1)),
    `Description` SimpleAggregateFunction(anyLast, LowCardinality(String)) CODEC(ZSTD(1)),
    `ServiceName` SimpleAggregateFunction(any, LowCardinality(String)) CODEC(ZSTD(1)),
    `ScopeName` SimpleAggregateFunction(any, String) CODEC(ZSTD(1)),
    `ScopeVersion` SimpleAggregateFunction(any, LowCardinality(String)) CODEC(ZSTD(1)),
    `ResourceAttributes` SimpleAggregateFunction(any, Map(String, String)) CODEC(ZSTD(6)),
    `Attributes` SimpleAggregateFunction(any, Map(String, String)) CODEC(ZSTD(6)),
    `FirstSeen` SimpleAggregateFunction(min, DateTime('UTC')) CODEC(Delta(4), ZSTD(1)),
    `LastSeen` SimpleAggregateFunction(max, DateTime('UTC')) CODEC(Delta(4), ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toMonday(Day)
ORDER BY (MetricName, SeriesId, Day)
TTL Day + toIntervalDay(31)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000;

-- The samples that are there already, once.
INSERT INTO metric_series
SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    'gauge' AS Kind,
    0 AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_gauge
WHERE (SELECT count() FROM schema_version WHERE Version = 20) = 0
GROUP BY MetricName, SeriesId, Day;

INSERT INTO metric_series
SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    if(any(IsMonotonic), 'counter', 'sum') AS Kind,
    any(AggregationTemporality) AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_sum
WHERE (SELECT count() FROM schema_version WHERE Version = 20) = 0
GROUP BY MetricName, SeriesId, Day;

INSERT INTO metric_series
SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    'histogram' AS Kind,
    any(AggregationTemporality) AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_histogram
WHERE (SELECT count() FROM schema_version WHERE Version = 20) = 0
GROUP BY MetricName, SeriesId, Day;

INSERT INTO metric_series
SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    'exponential_histogram' AS Kind,
    any(AggregationTemporality) AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_exp_histogram
WHERE (SELECT count() FROM schema_version WHERE Version = 20) = 0
GROUP BY MetricName, SeriesId, Day;

INSERT INTO metric_series
SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    'summary' AS Kind,
    0 AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_summary
WHERE (SELECT count() FROM schema_version WHERE Version = 20) = 0
GROUP BY MetricName, SeriesId, Day;

CREATE MATERIALIZED VIEW IF NOT EXISTS metric_series_gauge_mv TO metric_series
AS SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    'gauge' AS Kind,
    0 AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_gauge
GROUP BY MetricName, SeriesId, Day;

CREATE MATERIALIZED VIEW IF NOT EXISTS metric_series_sum_mv TO metric_series
AS SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    if(any(IsMonotonic), 'counter', 'sum') AS Kind,
    any(AggregationTemporality) AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_sum
GROUP BY MetricName, SeriesId, Day;

CREATE MATERIALIZED VIEW IF NOT EXISTS metric_series_histogram_mv TO metric_series
AS SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    'histogram' AS Kind,
    any(AggregationTemporality) AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_histogram
GROUP BY MetricName, SeriesId, Day;

CREATE MATERIALIZED VIEW IF NOT EXISTS metric_series_exp_histogram_mv TO metric_series
AS SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    'exponential_histogram' AS Kind,
    any(AggregationTemporality) AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_exp_histogram
GROUP BY MetricName, SeriesId, Day;

CREATE MATERIALIZED VIEW IF NOT EXISTS metric_series_summary_mv TO metric_series
AS SELECT
    MetricName,
    SeriesId,
    toDate(TimeUnix) AS Day,
    'summary' AS Kind,
    0 AS Temporality,
    any(MetricUnit) AS Unit,
    anyLast(MetricDescription) AS Description,
    any(ServiceName) AS ServiceName,
    any(ScopeName) AS ScopeName,
    any(ScopeVersion) AS ScopeVersion,
    any(ResourceAttributes) AS ResourceAttributes,
    any(Attributes) AS Attributes,
    min(toDateTime(TimeUnix)) AS FirstSeen,
    max(toDateTime(TimeUnix)) AS LastSeen
FROM otel_metrics_summary
GROUP BY MetricName, SeriesId, Day;

ALTER TABLE otel_metrics_gauge COMMENT COLUMN IF EXISTS `SeriesId` 'the series of metric_series that it belongs to';
ALTER TABLE otel_metrics_sum COMMENT COLUMN IF EXISTS `SeriesId` 'the series of metric_series that it belongs to';
ALTER TABLE otel_metrics_histogram COMMENT COLUMN IF EXISTS `SeriesId` 'the series of metric_series that it belongs to';
ALTER TABLE otel_metrics_exp_histogram COMMENT COLUMN IF EXISTS `SeriesId` 'the series of metric_series that it belongs to';
ALTER TABLE otel_metrics_summary COMMENT COLUMN IF EXISTS `SeriesId` 'the series of metric_series that it belongs to';
ALTER TABLE metric_series MODIFY COMMENT 'each series of metrics, one row a day: read grouped by MetricName, SeriesId';
ALTER TABLE metric_series
    COMMENT COLUMN IF EXISTS `MetricName` 'name of the metric',
    COMMENT COLUMN IF EXISTS `SeriesId` 'hash of all that tells the series from others',
    COMMENT COLUMN IF EXISTS `Day` 'day on which it had points',
    COMMENT COLUMN IF EXISTS `Kind` 'gauge, counter, sum, histogram, exponential_histogram or summary',
    COMMENT COLUMN IF EXISTS `Temporality` '1 delta, 2 cumulative, 0 for kinds that have none',
    COMMENT COLUMN IF EXISTS `Unit` 'unit as UCUM writes it',
    COMMENT COLUMN IF EXISTS `Description` 'what it measures',
    COMMENT COLUMN IF EXISTS `ServiceName` 'service.name',
    COMMENT COLUMN IF EXISTS `ScopeName` 'the instrumentation that recorded it',
    COMMENT COLUMN IF EXISTS `ScopeVersion` 'its version',
    COMMENT COLUMN IF EXISTS `ResourceAttributes` 'attributes of the process that sent it',
    COMMENT COLUMN IF EXISTS `Attributes` 'attributes of its points',
    COMMENT COLUMN IF EXISTS `FirstSeen` 'time of its first point of the day',
    COMMENT COLUMN IF EXISTS `LastSeen` 'time of its last point of the day';

INSERT INTO schema_version (Version, Name)
SELECT 20, 'The catalogue of metric series' WHERE (SELECT count() FROM schema_version WHERE Version = 20) = 0;
