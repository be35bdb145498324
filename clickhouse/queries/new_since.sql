-- What was never seen before a point in time: a release, or the first sign of trouble. Structures of traces and
-- warnings, each with one trace to look at.
--
-- since: how many seconds ago that was, an hour unless given.
WITH now64(9) - toIntervalSecond(ifNull({since:Nullable(UInt32)}, 3600)) AS start
SELECT * FROM
(
    SELECT
        'structure' AS kind,
        toString(any(ServiceName)) AS service,
        min(FirstSeen) AS first_seen,
        sum(Traces) AS seen,
        concat(any(SpanName), ': ', toString(any(SpanSequence))) AS what,
        any(ExemplarTraceId) AS exemplar_trace_id
    FROM trace_structures
    GROUP BY trace_structures.ServiceName, trace_structures.SpanName, Structure
    HAVING first_seen >= start
    UNION ALL
    SELECT
        'warning' AS kind,
        toString(any(ServiceName)) AS service,
        min(FirstSeen) AS first_seen,
        sum(Count) AS seen,
        concat(any(Template), if(any(Cause) = '', '', ': '), any(Cause)) AS what,
        max(ExemplarTraceId) AS exemplar_trace_id
    FROM log_templates
    GROUP BY Key
    HAVING first_seen >= start
)
-- Outside: in there it would be of the last SELECT alone.
ORDER BY first_seen, kind, what
