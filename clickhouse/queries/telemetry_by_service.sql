-- Does telemetry arrive? For each service: how many seconds ago its newest row was, and how many items it has lost
-- on the way by its own count.
--
-- What is measured of a service's process from outside is not the service's own and does not count.
--
-- A service that has lost its way to the collector cannot tell it until it has found it again: then the newest row is old.
--
-- since: seconds to look back, a quarter of an hour unless given.
WITH now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 900)) AS start
SELECT
    service,
    round(greatest(0, dateDiff('millisecond', max(last), now64(9)) / 1000), 1) AS seconds_ago,
    toUInt64(sum(lost)) AS items_lost
FROM
(
    -- A service's newest span lies in the newest of its five minutes, which the rollup knows.
    SELECT ServiceName AS service, max(Timestamp) AS last, 0. AS lost
    FROM otel_traces
    WHERE Timestamp >= start
      AND (ServiceName, toStartOfFiveMinutes(toDateTime(Timestamp))) IN
      (
          SELECT ServiceName, max(Time)
          FROM otel_traces_rollup_5m
          WHERE Time >= toStartOfFiveMinutes(toDateTime(start, 'UTC'))
          GROUP BY ServiceName
      )
    GROUP BY service
    UNION ALL
    SELECT ServiceName AS service, max(Timestamp) AS last, 0. AS lost FROM otel_logs WHERE Timestamp >= start GROUP BY service
    UNION ALL
    SELECT ServiceName AS service, max(TimeUnix) AS last, 0. AS lost FROM otel_metrics_gauge
    WHERE TimeUnix >= start AND ScopeName != 'faultline.infrastructure' GROUP BY service
    UNION ALL
    SELECT ServiceName AS service, max(TimeUnix) AS last, 0. AS lost FROM otel_metrics_sum
    WHERE TimeUnix >= start AND ScopeName != 'faultline.infrastructure' GROUP BY service
    UNION ALL
    SELECT ServiceName AS service, max(time) AS last, sum(count) AS lost
    FROM
    (
        -- The newest count of each series: exporters and processors name an error where they lost something.
        SELECT ServiceName, max(TimeUnix) AS time, argMax(Value, TimeUnix) AS count
        FROM otel_metrics_sum
        WHERE TimeUnix >= start
          AND (MetricName LIKE 'otel.sdk.processor.%.processed' OR MetricName LIKE 'otel.sdk.exporter.%.exported')
          AND Attributes['error.type'] != ''
        GROUP BY ServiceName, SeriesId, StartTimeUnix
    )
    GROUP BY service
)
WHERE service != ''
GROUP BY service
ORDER BY service
