-- Samples of one counter, every 15 seconds of a day: series are made until there are as many rows as are wanted.
--
-- first, count: the series to make. until: when the day ends, in nanoseconds.
INSERT INTO otel_metrics_sum
(
    ResourceAttributes, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes, StartTimeUnix, TimeUnix,
    Value, AggregationTemporality, IsMonotonic
)
WITH
    {first:UInt64} + intDiv(number, 5760) AS series,
    number % 5760 AS place,
    concat('worker-', toString(series % 4)) AS service,
    -- A process starts anew, and its counters with it.
    if(place < 3000, place, place - 3000) AS since
SELECT
    map(
        'host.name', 'demo-host', 'service.instance.id', lower(hex(sipHash128(service, intDiv(series, 40)))), 'service.name',
        service, 'service.namespace', 'faultline'
    ),
    'bench', service, {metric:String}, 'Work done.', '{item}',
    map('queue', concat('q', toString(intDiv(series, 4) % 10)), 'shard', toString(series)),
    fromUnixTimestamp64Nano({until:Int64} - 86400000000000),
    fromUnixTimestamp64Nano({until:Int64} - 86400000000000 + toInt64(place + 1) * 15000000000),
    since * (1 + series % 7) + cityHash64(series, place) % 3,
    2,
    true
FROM numbers({count:UInt64} * 5760)
