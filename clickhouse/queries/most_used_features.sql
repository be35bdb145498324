-- What people do most: requests, the sessions that made them, and how many failed, for each route of the
-- service where traces begin.
--
-- since: seconds to look back, one hour unless given.
SELECT
    ServiceName,
    SpanName AS feature,
    count() AS requests,
    uniqIf(SpanAttributes['session.id'], SpanAttributes['session.id'] != '') AS sessions,
    round(100 * countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) / requests, 2) AS error_rate_pct
FROM otel_traces
WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
  AND SpanKind IN ('Server', 'SPAN_KIND_SERVER') AND ParentSpanId = '' AND SpanAttributes['http.route'] != ''
GROUP BY ServiceName, feature
ORDER BY requests DESC, ServiceName, feature
LIMIT 20
