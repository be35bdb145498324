-- What people do most: requests, the sessions that made them, and how many failed, for each route of the
-- service where traces begin.
--
-- since: seconds to look back, one hour unless given.
WITH ifNull({since:Nullable(UInt32)}, 3600) AS seconds
SELECT
    ServiceName,
    SpanName AS feature,
    count() AS requests,
    uniqIf(Session, Session != 0) AS sessions,
    round(100 * countIf(IsError) / requests, 2) AS error_rate_pct
FROM otel_traces_rollup_visits
WHERE Hour >= toStartOfHour(now('UTC') - toIntervalSecond(seconds))
  AND Timestamp >= now64(9) - toIntervalSecond(seconds)
  AND HasRoute
GROUP BY ServiceName, feature
ORDER BY requests DESC, ServiceName, feature
LIMIT 20
