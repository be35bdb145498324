-- Samples of one gauge, every 15 seconds of a day.
--
-- first, count: the series to make. until: when the day ends, in nanoseconds.
INSERT INTO otel_metrics_gauge
(
    ResourceAttributes, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes, StartTimeUnix, TimeUnix,
    Value
)
WITH
    {first:UInt64} + intDiv(number, 5760) AS series,
    number % 5760 + 1 AS place,
    concat('worker-', toString(series % 4)) AS service
SELECT
    map(
        'host.name', 'demo-host', 'service.instance.id', lower(hex(sipHash128(service, intDiv(series, 40)))), 'service.name',
        service, 'service.namespace', 'faultline'
    ),
    'bench', service, 'bench.queue.length', 'Work that waits.', '{item}', map('shard', toString(series)),
    fromUnixTimestamp64Nano({until:Int64} - 86400000000000),
    fromUnixTimestamp64Nano({until:Int64} - 86400000000000 + toInt64(place) * 15000000000),
    50 + 20 * sin(place / 240 + series) + cityHash64(series, place, 'gauge') % 10
FROM numbers({count:UInt64} * 5760)
