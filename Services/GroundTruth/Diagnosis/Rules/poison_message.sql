-- A message that a consumer tries again and again, and those behind it in its partition, which wait.
WITH
    tries AS
    (
        SELECT
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            SpanName AS operation,
            SpanAttributes['messaging.message.id'] AS message,
            SpanAttributes['messaging.destination.name'] AS destination,
            SpanAttributes['messaging.destination.partition.id'] AS partition,
            SpanAttributes['messaging.consumer.group.name'] AS consumers,
            min(Timestamp + toIntervalNanosecond(Duration)) AS began,
            max(Timestamp + toIntervalNanosecond(Duration)) AS ended,
            count() AS attempts
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Consumer' AND StatusCode = 'Error'
        GROUP BY service, instance, operation, message, destination, partition, consumers
        HAVING attempts >= 8
    ),
    sent AS
    (
        SELECT
            TraceId,
            SpanId,
            ServiceName AS service,
            SpanName AS operation,
            Timestamp AS at,
            SpanAttributes['messaging.message.id'] AS message,
            SpanAttributes['messaging.destination.name'] AS destination,
            SpanAttributes['messaging.destination.partition.id'] AS partition
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Producer' AND StatusCode != 'Error'
    ),
    processed AS
    (
        SELECT
            TraceId,
            ParentSpanId,
            SpanAttributes['messaging.consumer.group.name'] AS consumers,
            min(Timestamp) AS began
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Consumer' AND StatusCode != 'Error'
        GROUP BY TraceId, ParentSpanId, consumers
    ),
    waiting AS
    (
        SELECT
            tries.service AS service,
            tries.instance AS instance,
            tries.operation AS operation,
            tries.began AS began,
            sent.TraceId AS TraceId,
            sent.SpanId AS SpanId,
            sent.service AS sender,
            sent.operation AS sending,
            sent.at AS at,
            tries.consumers AS consumers
        FROM tries
        INNER JOIN sent ON sent.destination = tries.destination AND sent.partition = tries.partition
        WHERE sent.message != tries.message AND sent.at > tries.began AND sent.at < tries.ended
    )
SELECT
    waiting.service AS service,
    waiting.instance AS instance,
    waiting.operation AS operation,
    'poison_message' AS mechanism,
    uniqExact(waiting.SpanId) AS evidence,
    toUnixTimestamp64Nano(min(waiting.began)) AS onset,
    [(waiting.service, waiting.operation, topK(1)(waiting.sender)[1], topK(1)(waiting.sending)[1])] AS path
FROM waiting
LEFT JOIN processed
    ON processed.TraceId = waiting.TraceId AND processed.ParentSpanId = waiting.SpanId AND processed.consumers = waiting.consumers
WHERE processed.began = toDateTime64(0, 9) OR processed.began > waiting.at + toIntervalSecond(1)
GROUP BY waiting.service, waiting.instance, waiting.operation
HAVING evidence >= 5
