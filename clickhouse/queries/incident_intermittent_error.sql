-- Checkout fails now and then: what do the failing requests say, and did carts change at the same time?
--
-- For each failed checkout its error logs, and how many additions to a cart overlapped another one
-- of the same session in the minute before: none is expected where no update can get lost.
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
    ),
    sessions AS
    (
        -- The session stands in the spans and logs inside the request.
        SELECT TraceId, max(SpanAttributes['session.id']) AS session
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600) + 60)
          AND TraceId IN (SELECT TraceId FROM failures)
        GROUP BY TraceId
    ),
    additions AS
    (
        SELECT
            SpanAttributes['session.id'] AS session,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended,
            max(ended) OVER (PARTITION BY session ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS others_ended
        FROM otel_traces
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600) + 60)
          AND ServiceName = 'sample-ecommerce-app'
          AND SpanName = 'add_to_cart'
          AND SpanAttributes['session.id'] IN (SELECT session FROM sessions)
          AND session != ''
    ),
    overlaps AS
    (
        SELECT session, groupArray(began) AS moments FROM additions WHERE began < others_ended GROUP BY session
    ),
    complaints AS
    (
        SELECT TraceId, groupArray(5)(concat(ServiceName, ': ', Body)) AS said
        FROM otel_logs
        WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600)) AND SeverityNumber >= 13
        GROUP BY TraceId
    )
SELECT
    failures.Timestamp AS at,
    status,
    said,
    arrayCount(moment -> moment > at - toIntervalMinute(1) AND moment <= at, moments) AS overlapping_additions,
    failures.TraceId AS TraceId
FROM failures
LEFT JOIN complaints ON complaints.TraceId = failures.TraceId
LEFT JOIN sessions ON sessions.TraceId = failures.TraceId
LEFT JOIN overlaps ON overlaps.session = sessions.session
ORDER BY at DESC
LIMIT 20
