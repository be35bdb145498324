-- Days, hours and minutes are those of UTC, whatever zone the server is in: tables that were made without a zone
-- get it. The values are instants as before, so nothing is rewritten. On a server that is in another zone, parts that
-- were written before lie under their local day: the embedded engine moves them (repartition.py); elsewhere see
-- clickhouse/README.md.

ALTER TABLE schema_version
    MODIFY COLUMN IF EXISTS `AppliedAt` DateTime('UTC');

ALTER TABLE otel_logs
    MODIFY COLUMN IF EXISTS `Timestamp` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `TimestampTime` DateTime('UTC');

ALTER TABLE otel_traces
    MODIFY COLUMN IF EXISTS `Timestamp` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `Events.Timestamp` Array(DateTime64(9, 'UTC'));

ALTER TABLE otel_traces_trace_id_ts
    MODIFY COLUMN IF EXISTS `Start` DateTime('UTC'),
    MODIFY COLUMN IF EXISTS `End` DateTime('UTC');

ALTER TABLE otel_metrics_gauge
    MODIFY COLUMN IF EXISTS `StartTimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `TimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC'));

ALTER TABLE otel_metrics_sum
    MODIFY COLUMN IF EXISTS `StartTimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `TimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC'));

ALTER TABLE otel_metrics_histogram
    MODIFY COLUMN IF EXISTS `StartTimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `TimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC'));

ALTER TABLE otel_metrics_exp_histogram
    MODIFY COLUMN IF EXISTS `StartTimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `TimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC'));

ALTER TABLE otel_metrics_summary
    MODIFY COLUMN IF EXISTS `StartTimeUnix` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `TimeUnix` DateTime64(9, 'UTC');

ALTER TABLE hyperdx_sessions
    MODIFY COLUMN IF EXISTS `Timestamp` DateTime64(9, 'UTC'),
    MODIFY COLUMN IF EXISTS `TimestampTime` DateTime('UTC');

ALTER TABLE otel_traces_rollup_5m
    MODIFY COLUMN IF EXISTS `Time` DateTime('UTC');

ALTER TABLE otel_traces_rollup_1h
    MODIFY COLUMN IF EXISTS `Time` DateTime('UTC');

ALTER TABLE otel_traces_rollup_calls
    MODIFY COLUMN IF EXISTS `Hour` DateTime('UTC'),
    MODIFY COLUMN IF EXISTS `Served` SimpleAggregateFunction(
        groupArrayArray,
        Array(Tuple(ServiceName String, Time DateTime('UTC'), Duration UInt64, IsError UInt8))
    );

ALTER TABLE otel_traces_rollup_sample
    MODIFY COLUMN IF EXISTS `Timestamp` DateTime('UTC');

INSERT INTO schema_version (Version, Name)
SELECT 7, 'Days of UTC' WHERE (SELECT count() FROM schema_version WHERE Version = 7) = 0;
