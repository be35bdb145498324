-- Queries that give up on a locked database, and the transaction that was open on it all the while.
WITH
    victims AS
    (
        SELECT
            TraceId,
            SpanId,
            ParentSpanId,
            ServiceName AS service,
            ResourceAttributes['service.instance.id'] AS instance,
            SpanName AS operation,
            Timestamp AS began,
            Timestamp + toIntervalNanosecond(Duration) AS ended
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanAttributes['error.type'] = 'database_locked'
    ),
    -- Long transactions, with the step that opened them.
    holders AS
    (
        SELECT
            work.ServiceName AS service,
            work.ResourceAttributes['service.instance.id'] AS instance,
            parent.SpanName AS operation,
            work.Timestamp AS began,
            work.Timestamp + toIntervalNanosecond(work.Duration) AS ended
        FROM otel_traces AS work
        INNER JOIN otel_traces AS parent ON parent.TraceId = work.TraceId AND parent.SpanId = work.ParentSpanId
        WHERE work.Timestamp >= {from:DateTime64(9)} AND work.Timestamp < {to:DateTime64(9)}
          AND parent.Timestamp >= {from:DateTime64(9)} AND parent.Timestamp < {to:DateTime64(9)}
          AND work.SpanName = 'database_transaction' AND work.StatusCode != 'Error' AND work.Duration > 1000000000
    ),
    requests AS
    (
        SELECT TraceId, SpanId, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND SpanAttributes['http.response.status_code'] = '503'
    ),
    failed AS
    (
        SELECT TraceId, ServiceName AS service, SpanName AS operation FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
          AND SpanKind = 'Server' AND ParentSpanId = '' AND SpanAttributes['http.response.status_code'] = '502'
    ),
    seen AS
    (
        SELECT
            victims.service AS service,
            victims.instance AS instance,
            holders.operation AS culprit,
            victims.operation AS waiting,
            victims.ended AS ended,
            requests.operation AS request,
            failed.service AS failed_service,
            failed.operation AS failed_operation
        FROM victims
        INNER JOIN holders ON holders.service = victims.service AND holders.instance = victims.instance
        LEFT JOIN requests ON requests.TraceId = victims.TraceId AND requests.SpanId = victims.ParentSpanId
        LEFT JOIN failed ON failed.TraceId = victims.TraceId
        WHERE holders.began < victims.ended AND holders.ended > victims.began
    ),
    main AS
    (
        -- The way that most of the failures took.
        SELECT service, culprit, waiting, request, failed_service, failed_operation
        FROM seen WHERE failed_service != '' AND request != ''
        GROUP BY ALL ORDER BY count() DESC LIMIT 1
    )
SELECT
    any(seen.service) AS service,
    any(seen.instance) AS instance,
    any(main.culprit) AS operation,
    'lock_contention' AS mechanism,
    count() AS evidence,
    toUnixTimestamp64Nano(min(seen.ended)) AS onset,
    [
        (any(main.service), any(main.culprit), any(main.service), any(main.waiting)),
        (any(main.service), any(main.waiting), any(main.service), any(main.request)),
        (any(main.service), any(main.request), any(main.failed_service), any(main.failed_operation))
    ] AS path
FROM seen
CROSS JOIN main
HAVING evidence >= 5
