-- Orders are confirmed and nobody picks them: minute by minute, who stands in the way?
--
-- Read from left to right: as many orders are sent as ever, fewer are picked; one order is tried again and again, and in
-- its partition nothing else moves. The other group, which reads the same messages, is not behind.
--
-- since: seconds to look back, one hour unless given.
SELECT
    toStartOfMinute(Timestamp) AS minute,
    countIf(SpanKind = 'Producer') AS sent,
    countIf(SpanAttributes['messaging.consumer.group.name'] = 'picking' AND NOT failed) AS picked,
    countIf(SpanAttributes['messaging.consumer.group.name'] = 'replenishment' AND NOT failed) AS counted_for_replenishment,
    countIf(failed) AS failed_attempts,
    uniqExactIf(SpanAttributes['messaging.message.id'], failed) AS orders_that_failed,
    max(toUInt32OrZero(SpanAttributes['app.message.attempt'])) AS most_attempts,
    arraySort(groupUniqArrayIf(SpanAttributes['messaging.destination.partition.id'], failed)) AS blocked_partitions,
    topKIf(1)(SpanAttributes['error.type'], failed)[1] AS why
FROM
(
    SELECT Timestamp, SpanKind, SpanAttributes, StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS failed
    FROM otel_traces
    WHERE Timestamp >= now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600))
      AND SpanName IN ('send orders', 'process orders')
)
GROUP BY minute
ORDER BY minute
