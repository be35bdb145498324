-- The catalogue cannot be read, yet its orders go on: minute by minute, who holds its file?
--
-- Read from left to right: pages of products fail with their query, which waits for the lock; the longest
-- transaction of the price index in the same minute holds it; reservations, in another file, are as quick as ever.
--
-- since: seconds to look back, one hour unless given.
SELECT
    toStartOfMinute(Timestamp) AS minute,
    countIf(SpanName IN ('GET /products', 'GET /products/{id}')) AS pages,
    countIf(SpanName IN ('GET /products', 'GET /products/{id}') AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS failed_pages,
    countIf(SpanName = 'database_query' AND SpanAttributes['error.type'] = 'database_locked') AS locked_queries,
    round(maxIf(Duration, SpanName = 'database_query' AND SpanAttributes['db.collection.name'] = 'product') / 1e6, 1)
        AS longest_query_ms,
    round(maxIf(Duration, SpanName = 'price_reindex') / 1e6, 1) AS longest_price_reindex_ms,
    round(quantileIf(0.95)(Duration, SpanName = 'POST /reserve') / 1e6, 1) AS reserve_p95_ms
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND ServiceName = 'inventory-service'
  AND SpanName IN ('GET /products', 'GET /products/{id}', 'database_query', 'price_reindex', 'POST /reserve')
GROUP BY minute
ORDER BY minute
