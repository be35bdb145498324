-- How often each cache had what it was asked for, and how long looking took.
--
-- A rate that falls while lookups stay as many means that entries go too soon; a p99 that climbs with the
-- size means that the cache is searched and not looked up.
--
-- since: seconds to look back, one hour unless given.
WITH
    -- Looked up in the map's two columns: three attributes of every lookup are what this question costs.
    SpanAttributes.keys AS names,
    SpanAttributes.values AS texts,
    quantiles(0.5, 0.99)(Duration) AS durations
SELECT
    ServiceName,
    texts[indexOf(names, 'cache.name')] AS cache,
    count() AS lookups,
    countIf(texts[indexOf(names, 'cache.hit')] = 'true') AS hits,
    round(100 * hits / lookups, 2) AS hit_rate_pct,
    round(durations[1] / 1e6, 3) AS p50_ms,
    round(durations[2] / 1e6, 3) AS p99_ms,
    toUInt64OrZero(argMax(texts[indexOf(names, 'cache.size')], Timestamp)) AS entries
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND SpanName = 'cache_lookup'
GROUP BY ServiceName, cache
ORDER BY lookups DESC, ServiceName, cache
