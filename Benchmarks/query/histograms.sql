-- Points of one histogram, every 15 seconds of a day, with fourteen bounds.
--
-- first, count: the series to make. until: when the day ends, in nanoseconds.
INSERT INTO otel_metrics_histogram
(
    ResourceAttributes, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes, StartTimeUnix, TimeUnix,
    Count, Sum, BucketCounts, ExplicitBounds, AggregationTemporality
)
WITH
    {first:UInt64} + intDiv(number, 5760) AS series,
    number % 5760 + 1 AS place,
    concat('worker-', toString(series % 4)) AS service,
    [1, 3, 6, 9, 12, 14, 12, 8, 5, 3, 2, 1, 1, 0, 1] AS shares
SELECT
    map(
        'host.name', 'demo-host', 'service.instance.id', lower(hex(sipHash128(service, intDiv(series, 40)))), 'service.name',
        service, 'service.namespace', 'faultline'
    ),
    'bench', service, 'bench.work.duration', 'Time that work took.', 's', map('shard', toString(series)),
    fromUnixTimestamp64Nano({until:Int64} - 86400000000000),
    fromUnixTimestamp64Nano({until:Int64} - 86400000000000 + toInt64(place) * 15000000000),
    place * arraySum(shares),
    place * 9.7,
    arrayMap(share -> toUInt64(share * place), shares),
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    2
FROM numbers({count:UInt64} * 5760)
