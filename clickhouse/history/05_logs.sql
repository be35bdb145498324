-- The log records of the visits from `first` up to `next`, each in the span that it was written in.
INSERT INTO faultline_history.{table:Identifier}
(
    Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName,
    LogAttributes, `__hdx_materialized_deployment.environment.name`
)
WITH ({seed:UInt64}, visit.Number) AS key
SELECT
    visit.Began + toIntervalNanosecond(record.TraceOffset + toInt64(record.Offset * visit.Slowness)),
    lower(hex(sipHash128Keyed(key, 'trace', record.Trace))),
    lower(leftPad(hex(sipHash64Keyed(key, 'span', record.Span)), 16, '0')),
    -- Sampled, and the trace id is random.
    3,
    record.SeverityText,
    record.SeverityNumber,
    record.ServiceName,
    record.Body,
    record.ResourceAttributes,
    record.ScopeName,
    CAST((
        record.Names,
        arrayConcat(
            record.Texts,
            arrayMap(id -> id.1 || substring(lower(hex(sipHash128Keyed(key, 'id', id.2))), 1, id.3) || id.4, record.Ids)
        )
    ), 'Map(LowCardinality(String), String)'),
    'demo'
FROM faultline_history.logs AS record
INNER JOIN
(
    SELECT * FROM faultline_history.visits WHERE Number >= {first:UInt64} AND Number < {next:UInt64}
) AS visit ON visit.Story = record.Story AND visit.Visit = record.Visit
SETTINGS
    query_plan_join_swap_table = 'false',
    materialize_skip_indexes_on_insert = 0,
    insert_deduplicate = 0,
    min_insert_block_size_rows = 262144,
    min_insert_block_size_bytes = 0,
    max_threads = 1,
    max_insert_threads = 1
