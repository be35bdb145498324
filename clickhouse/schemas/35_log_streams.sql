-- Which streams of log records there are, and how much is in them: by service, by the attributes of the resource that tell
-- streams apart, in steps of five minutes.
--
-- Those attributes are the ones of which Loki's OTLP endpoint makes labels by default. Clients ask for labels, their
-- values and volumes whenever somebody opens a page, and most of a record's bytes are in maps that are the same in all
-- records of a process.

CREATE FUNCTION IF NOT EXISTS log_stream AS (resource) ->
    mapSort(mapFilter(
        (name, value) -> value != '' AND name IN (
            'cloud.availability_zone', 'cloud.region', 'container.name', 'deployment.environment',
            'deployment.environment.name', 'k8s.cluster.name', 'k8s.container.name', 'k8s.cronjob.name',
            'k8s.daemonset.name', 'k8s.deployment.name', 'k8s.job.name', 'k8s.namespace.name', 'k8s.pod.name',
            'k8s.replicaset.name', 'k8s.statefulset.name', 'service.instance.id', 'service.namespace'
        ),
        resource
    ));

CREATE TABLE IF NOT EXISTS otel_logs_rollup_streams
(
    `Time` DateTime('UTC') COMMENT 'beginning of the five minutes' CODEC(Delta(4), ZSTD(1)),
    `ServiceName` LowCardinality(String) COMMENT 'service.name' CODEC(ZSTD(1)),
    `StreamId` UInt64 COMMENT 'hash of what tells the stream from others' CODEC(ZSTD(1)),
    `ResourceAttributes` SimpleAggregateFunction(any, Map(String, String))
        COMMENT 'the attributes of the resource that tell streams apart' CODEC(ZSTD(1)),
    `Count` SimpleAggregateFunction(sum, UInt64) COMMENT 'records' CODEC(ZSTD(1)),
    `Bytes` SimpleAggregateFunction(sum, UInt64) COMMENT 'of their bodies' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toDate(Time)
ORDER BY (Time, ServiceName, StreamId)
TTL Time + toIntervalDay(30)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'streams of log records in steps of five minutes: read sums';

-- The records that are there already, once.
INSERT INTO otel_logs_rollup_streams
SELECT
    toStartOfFiveMinutes(logs.Timestamp) AS Time,
    logs.ServiceName,
    cityHash64(logs.ServiceName, log_stream(logs.ResourceAttributes)),
    log_stream(logs.ResourceAttributes),
    count(),
    sum(length(logs.Body))
FROM otel_logs AS logs
WHERE (SELECT count() FROM schema_version WHERE Version = 35) = 0
GROUP BY Time, logs.ServiceName, logs.ResourceAttributes;

-- Maps are filtered after they are grouped: once a process instead of once a record.
CREATE MATERIALIZED VIEW IF NOT EXISTS otel_logs_rollup_streams_mv TO otel_logs_rollup_streams
AS SELECT
    toStartOfFiveMinutes(logs.Timestamp) AS Time,
    logs.ServiceName AS ServiceName,
    cityHash64(logs.ServiceName, log_stream(logs.ResourceAttributes)) AS StreamId,
    log_stream(logs.ResourceAttributes) AS ResourceAttributes,
    count() AS Count,
    sum(length(logs.Body)) AS Bytes
FROM otel_logs AS logs
GROUP BY Time, logs.ServiceName, logs.ResourceAttributes;

INSERT INTO schema_version (Version, Name)
SELECT 35, 'Streams of logs' WHERE (SELECT count() FROM schema_version WHERE Version = 35) = 0;
