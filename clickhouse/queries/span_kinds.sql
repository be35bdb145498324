-- What kinds of spans each service makes: the Service Map needs Client spans of the caller and
-- Server spans of the called.
--
-- since: seconds to look back, ten minutes unless given. Beyond an hour the rollup answers, five minutes
-- apart, with one spelling of the kinds.
WITH
    ifNull({since:Nullable(UInt32)}, 600) AS seconds,
    kinds AS
    (
        SELECT ServiceName, SpanKind, count() AS number
        FROM otel_traces
        WHERE seconds <= 3600 AND Timestamp >= now64(9) - toIntervalSecond(seconds)
        GROUP BY ServiceName, SpanKind
        UNION ALL
        SELECT ServiceName, SpanKind, sum(Calls) AS number
        FROM otel_traces_rollup_5m
        WHERE seconds > 3600 AND Time >= now() - toIntervalSecond(seconds)
        GROUP BY ServiceName, SpanKind
    )
SELECT
    ServiceName,
    SpanKind,
    sum(number) AS spans
FROM kinds
GROUP BY ServiceName, SpanKind
ORDER BY ServiceName, SpanKind
