-- The spans of the visits from `first` up to `next`: recorded ones with ids of their own, at their own time.
--
-- Ids follow from the seed, the number of the visit, and the place within it: they are the same on every machine.
INSERT INTO otel_traces
(
    Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName,
    SpanAttributes, Duration, StatusCode, StatusMessage, Events.Timestamp, Events.Name, Events.Attributes
)
WITH
    ({seed:UInt64}, visit.Number) AS key,
    visit.Began + toIntervalNanosecond(span.TraceOffset + toInt64(span.Offset * visit.Slowness)) AS began
SELECT
    began,
    lower(hex(sipHash128Keyed(key, 'trace', span.Trace))),
    lower(leftPad(hex(sipHash64Keyed(key, 'span', span.Span)), 16, '0')),
    if(span.Parent = 0, '', lower(leftPad(hex(sipHash64Keyed(key, 'span', span.Parent)), 16, '0'))),
    span.SpanName,
    span.SpanKind,
    span.ServiceName,
    resource.Attributes,
    span.ScopeName,
    mapConcat(
        span.Attributes,
        mapApply((name, id) -> (name, id.1 || substring(lower(hex(sipHash128Keyed(key, 'id', id.2))), 1, id.3) || id.4), span.Own)
    ),
    toUInt64(span.Duration * visit.Slowness),
    span.StatusCode,
    span.StatusMessage,
    arrayMap(event -> began + toIntervalNanosecond(toInt64(event.1 * visit.Slowness)), span.Events),
    arrayMap(event -> event.2, span.Events),
    arrayMap(event -> event.3, span.Events)
FROM faultline_history.visits AS visit
INNER JOIN
(
    SELECT * FROM faultline_history.spans
) AS span ON span.Story = visit.Story AND span.Visit = visit.Visit
INNER JOIN faultline_history.resources AS resource ON resource.ServiceName = span.ServiceName
WHERE visit.Number >= {first:UInt64} AND visit.Number < {next:UInt64}
-- Its indexes are made when its part is merged, which the engine does at its leisure.
SETTINGS materialize_skip_indexes_on_insert = 0, max_insert_threads = 2
