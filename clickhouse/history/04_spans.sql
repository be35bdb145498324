-- The spans of the visits from `first` up to `next`: recorded ones with ids of their own, at their own time.
--
-- Ids follow from the seed, the number of the visit, and the place within it: they are the same on every machine.
INSERT INTO faultline_history.{table:Identifier}
(
    Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName,
    SpanAttributes, Duration, StatusCode, StatusMessage, Events.Timestamp, Events.Name, Events.Attributes,
    `__hdx_materialized_deployment.environment.name`
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
    span.ResourceAttributes,
    span.ScopeName,
    CAST((
        span.Names,
        arrayConcat(
            span.Texts,
            arrayMap(id -> id.1 || substring(lower(hex(sipHash128Keyed(key, 'id', id.2))), 1, id.3) || id.4, span.Ids)
        )
    ), 'Map(LowCardinality(String), String)'),
    toUInt64(span.Duration * visit.Slowness),
    span.StatusCode,
    span.StatusMessage,
    arrayMap(event -> began + toIntervalNanosecond(toInt64(event.1 * visit.Slowness)), span.Events),
    arrayMap(event -> event.2, span.Events),
    arrayMap(event -> event.3, span.Events),
    'demo'
FROM faultline_history.spans AS span
INNER JOIN
(
    SELECT * FROM faultline_history.visits WHERE Number >= {first:UInt64} AND Number < {next:UInt64}
) AS visit ON visit.Story = span.Story AND visit.Visit = span.Visit
SETTINGS
    -- The wide rows are on the left, where the engine repeats them by reference.
    query_plan_join_swap_table = 'false',
    -- Its indexes are made when its part is merged, which the engine does at its leisure.
    materialize_skip_indexes_on_insert = 0,
    insert_deduplicate = 0,
    min_insert_block_size_rows = 262144,
    min_insert_block_size_bytes = 0,
    max_threads = 1,
    max_insert_threads = 1
