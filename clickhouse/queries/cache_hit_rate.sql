-- How often each cache had what it was asked for, and how long looking took.
--
-- A rate that falls while lookups stay as many means that entries go too soon; a p99 that climbs with the
-- size means that the cache is searched and not looked up.
--
-- since: seconds to look back, one hour unless given.
SELECT
    ServiceName,
    SpanAttributes['cache.name'] AS cache,
    count() AS lookups,
    countIf(SpanAttributes['cache.hit'] = 'true') AS hits,
    round(100 * hits / lookups, 2) AS hit_rate_pct,
    round(quantile(0.5)(Duration) / 1e6, 3) AS p50_ms,
    round(quantile(0.99)(Duration) / 1e6, 3) AS p99_ms,
    argMax(toUInt64OrZero(SpanAttributes['cache.size']), Timestamp) AS entries
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND SpanName = 'cache_lookup'
GROUP BY ServiceName, cache
ORDER BY lookups DESC, ServiceName, cache
