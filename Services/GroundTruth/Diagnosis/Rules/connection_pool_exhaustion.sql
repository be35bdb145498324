-- Work that stands in line for a database connection, and whoever has them all meanwhile.
--
-- Looks at every pool. Locks are another matter: a pool whose queries fail on a lock is left out.
WITH
    waits AS
    (
        SELECT
            TraceId,
            ParentSpanId,
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            SpanAttributes['db.namespace'] AS namespace,
            SpanName AS operation,
            toFloat64OrZero(
                Events.Attributes[indexOf(Events.Name, 'db.client.connection.wait')]['db.client.connection.wait_time']
            ) AS waited,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(toInt64(waited * 1e9)) AS got
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND has(Events.Name, 'db.client.connection.wait')
          AND waited > 0.25
          AND SpanAttributes['db.namespace'] NOT IN
          (
              SELECT SpanAttributes['db.namespace'] FROM otel_traces
              WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
                AND SpanAttributes['error.type'] = 'database_locked'
          )
    ),
    -- Whoever kept a connection for half a second or more, and for what.
    holders AS
    (
        SELECT
            work.ServiceName AS service,
            work.ResourceAttributes['service.instance.id'] AS instance,
            work.SpanAttributes['db.namespace'] AS namespace,
            parent.SpanName AS operation,
            sum(work.Duration / 1e9 - toFloat64OrZero(
                work.Events.Attributes[indexOf(work.Events.Name, 'db.client.connection.wait')]['db.client.connection.wait_time']
            )) AS held,
            count() AS times
        FROM otel_traces AS work
        INNER JOIN
        (
            SELECT TraceId, SpanId, SpanName FROM otel_traces
            WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
        ) AS parent ON parent.TraceId = work.TraceId AND parent.SpanId = work.ParentSpanId
        WHERE work.Timestamp >= {from:DateTime64(9)} AND work.Timestamp < {to:DateTime64(9)}
          AND work.SpanAttributes['db.namespace'] != '' AND work.Duration > 500000000
        GROUP BY service, instance, namespace, operation
    ),
    worst AS
    (
        -- On a machine that is short of time everybody keeps connections long, and no one is to blame.
        SELECT
            service,
            instance,
            namespace,
            argMax(operation, held) AS culprit,
            max(held) AS longest,
            longest / sum(held) AS share
        FROM holders GROUP BY service, instance, namespace
    ),
    victims AS
    (
        SELECT TraceId, SpanId, SpanName, Duration FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanKind = 'Server'
    ),
    starved AS
    (
        SELECT TraceId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanAttributes['error.type'] = 'timeout' AND SpanKind = 'Internal'
    ),
    failed AS
    (
        SELECT TraceId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId = '' AND SpanAttributes['http.response.status_code'] = '504'
    ),
    seen AS
    (
        SELECT
            waits.service AS service,
            waits.instance AS instance,
            waits.operation AS waiting,
            worst.culprit AS culprit,
            waits.got AS got,
            victims.SpanName AS request,
            starved.service AS starved_service,
            starved.operation AS starved_operation,
            failed.service AS failed_service,
            failed.operation AS failed_operation
        FROM waits
        INNER JOIN worst ON worst.service = waits.service AND worst.instance = waits.instance AND worst.namespace = waits.namespace
        INNER JOIN victims ON victims.TraceId = waits.TraceId AND victims.SpanId = waits.ParentSpanId
        LEFT JOIN starved ON starved.TraceId = waits.TraceId
        LEFT JOIN failed ON failed.TraceId = waits.TraceId
        WHERE worst.longest > 5 AND worst.share > 0.8
    ),
    main AS
    (
        -- The way that most of the failures took.
        SELECT service, culprit, waiting, request, starved_service, starved_operation, failed_service, failed_operation
        FROM seen WHERE failed_service != '' AND starved_service != ''
        GROUP BY ALL ORDER BY count() DESC LIMIT 1
    )
SELECT
    any(seen.service) AS service,
    any(seen.instance) AS instance,
    any(seen.culprit) AS operation,
    'connection_pool_exhaustion' AS mechanism,
    count() AS evidence,
    toUnixTimestamp64Nano(min(seen.got)) AS onset,
    [
        (any(main.service), any(main.culprit), any(main.service), any(main.waiting)),
        (any(main.service), any(main.waiting), any(main.service), any(main.request)),
        (any(main.service), any(main.request), any(main.starved_service), any(main.starved_operation)),
        (any(main.starved_service), any(main.starved_operation), any(main.failed_service), any(main.failed_operation))
    ] AS path
FROM seen
CROSS JOIN main
HAVING evidence >= 5
