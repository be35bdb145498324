-- The catalogue cannot be read, yet its orders go on: minute by minute, who holds its file?
--
-- Read from left to right: pages of products fail with their query, which waits for the lock; the longest
-- transaction of the price index in the same minute holds it; reservations, in another file, are as quick as ever.
--
-- since: seconds to look back, one hour unless given.
WITH now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600)) AS start
SELECT
    minute,
    sum(pages) AS pages,
    sum(failed_pages) AS failed_pages,
    sum(locked_queries) AS locked_queries,
    round(max(longest_query) / 1e6, 1) AS longest_query_ms,
    round(max(longest_price_reindex) / 1e6, 1) AS longest_price_reindex_ms,
    round(ifNull(any(reserve_p95), nan) / 1e6, 1) AS reserve_p95_ms
FROM
(
    -- Attributes are the most of what is stored, so each question reads those of no more spans than it is about.
    SELECT
        toStartOfMinute(Timestamp) AS minute,
        countIf(SpanName IN ('GET /products', 'GET /products/{id}')) AS pages,
        countIf(SpanName IN ('GET /products', 'GET /products/{id}') AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS failed_pages,
        0 AS locked_queries,
        0 AS longest_query,
        maxIf(Duration, SpanName = 'price_reindex') AS longest_price_reindex,
        toNullable(quantileIf(0.95)(Duration, SpanName = 'POST /reserve')) AS reserve_p95
    FROM otel_traces
    WHERE Timestamp >= start
      AND ServiceName = 'inventory-service'
      AND SpanName IN ('GET /products', 'GET /products/{id}', 'database_query', 'price_reindex', 'POST /reserve')
    GROUP BY minute
    UNION ALL
    SELECT toStartOfMinute(Timestamp) AS minute, 0, 0, count(), 0, 0, NULL
    FROM otel_traces
    WHERE Timestamp >= start
      AND ServiceName = 'inventory-service'
      AND SpanName = 'database_query'
      AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')
      AND SpanAttributes['error.type'] = 'database_locked'
    GROUP BY minute
    UNION ALL
    SELECT toStartOfMinute(Timestamp) AS minute, 0, 0, 0, max(Duration), 0, NULL
    FROM otel_traces
    WHERE Timestamp >= start
      AND ServiceName = 'inventory-service'
      AND SpanName = 'database_query'
      AND SpanAttributes['db.collection.name'] = 'product'
    GROUP BY minute
)
GROUP BY minute
ORDER BY minute
