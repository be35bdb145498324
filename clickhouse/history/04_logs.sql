-- The log records of the visits from `first` up to `next`, each in the span that it was written in.
INSERT INTO otel_logs
(
    Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName,
    LogAttributes
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
    resource.Attributes,
    record.ScopeName,
    mapConcat(
        record.Attributes,
        mapApply((name, id) -> (name, id.1 || substring(lower(hex(sipHash128Keyed(key, 'id', id.2))), 1, id.3) || id.4), record.Own)
    )
FROM faultline_history.visits AS visit
INNER JOIN faultline_history.logs AS record ON record.Story = visit.Story AND record.Visit = visit.Visit
INNER JOIN faultline_history.resources AS resource ON resource.ServiceName = record.ServiceName
WHERE visit.Number >= {first:UInt64} AND visit.Number < {next:UInt64}
SETTINGS materialize_skip_indexes_on_insert = 0, max_insert_threads = 2
