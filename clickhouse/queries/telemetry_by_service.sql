-- Does telemetry arrive? For each service: how many seconds ago its newest row was, and how many items it has lost
-- on the way by its own count.
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
    SELECT ServiceName AS service, max(Timestamp) AS last, 0. AS lost FROM otel_traces WHERE Timestamp >= start GROUP BY service
    UNION ALL
    SELECT ServiceName AS service, max(Timestamp) AS last, 0. AS lost FROM otel_logs WHERE Timestamp >= start GROUP BY service
    UNION ALL
    SELECT ServiceName AS service, max(TimeUnix) AS last, 0. AS lost FROM otel_metrics_gauge WHERE TimeUnix >= start GROUP BY service
    UNION ALL
    SELECT ServiceName AS service, max(time) AS last, sum(lost) AS lost
    FROM
    (
        SELECT
            ServiceName,
            max(TimeUnix) AS time,
            -- The newest count of each series: exporters and processors name an error where they lost something.
            if(
                (MetricName LIKE 'otel.sdk.processor.%.processed' OR MetricName LIKE 'otel.sdk.exporter.%.exported')
                    AND any(Attributes['error.type']) != '',
                argMax(Value, TimeUnix),
                0
            ) AS lost
        FROM otel_metrics_sum
        WHERE TimeUnix >= start
        GROUP BY ServiceName, MetricName, StartTimeUnix, cityHash64(Attributes), cityHash64(ResourceAttributes)
    )
    GROUP BY service
)
WHERE service != ''
GROUP BY service
ORDER BY service
