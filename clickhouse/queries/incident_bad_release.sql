-- Some checkouts fail in the shop itself: what do those that fail have in common?
--
-- One row for each version of the shop and each department that an order has something of: a release that fails for
-- one department only stands out by its share.
--
-- since: seconds to look back, one hour unless given.
SELECT
    SpanAttributes['service.version'] AS version,
    arrayJoin(splitByChar(',', SpanAttributes['app.order.categories'])) AS category,
    count() AS checkouts,
    countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS failed,
    round(100 * failed / checkouts, 1) AS failed_percent,
    min(Timestamp) AS first_seen
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND ServiceName = 'sample-ecommerce-app'
  AND SpanName = 'checkout'
  AND SpanAttributes['app.order.categories'] != ''
GROUP BY version, category
ORDER BY failed_percent DESC, version, category
