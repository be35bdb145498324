-- Checkout fails now and then: what do the failing requests say, and what happened to carts before?
--
-- For each failed checkout: its warnings and errors, and how often in the ten minutes before it two
-- additions to the cart of one session overlapped. Where no update can get lost that does no harm.
--
-- since: seconds to look back, one hour unless given.
WITH
    failures AS
    (
        SELECT Timestamp, TraceId, SpanAttributes['http.response.status_code'] AS status
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND ServiceName = 'sample-ecommerce-app'
          AND SpanName = 'POST /checkout'
          AND SpanKind IN ('Server', 'SPAN_KIND_SERVER')
          AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')
        ORDER BY Timestamp DESC
        LIMIT 20
    ),
    additions AS
    (
        SELECT
            SpanAttributes['session.id'] AS session,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            max(ended) OVER (PARTITION BY session ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS others_ended
        FROM otel_traces
        WHERE Timestamp >= (SELECT min(Timestamp) FROM failures) - toIntervalMinute(10)
          AND ServiceName = 'sample-ecommerce-app'
          AND SpanName = 'add_to_cart'
    ),
    overlaps AS
    (
        SELECT groupArray(began) AS moments FROM additions WHERE session != '' AND began < others_ended
    ),
    complaints AS
    (
        SELECT TraceId, groupArray(5)(concat(ServiceName, ': ', Body)) AS said
        FROM otel_logs
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
          AND SeverityNumber >= 13
          AND TraceId IN (SELECT TraceId FROM failures)
        GROUP BY TraceId
    )
SELECT
    failures.Timestamp AS at,
    status,
    said,
    arrayCount(moment -> moment > at - toIntervalMinute(10) AND moment <= at, (SELECT moments FROM overlaps)) AS overlapping_additions,
    failures.TraceId AS TraceId
FROM failures
LEFT JOIN complaints ON complaints.TraceId = failures.TraceId
ORDER BY at DESC
