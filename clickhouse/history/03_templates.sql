-- What the recorded rows have in common whenever they are told, once each and in the order in which spans are stored. An
-- attribute with an id is the last of its row: its name stands at the end of Names, its value is made anew.

CREATE TABLE faultline_history.spans
ENGINE = Memory
AS SELECT
    span.* EXCEPT (Attributes, Own),
    arrayConcat(mapKeys(span.Attributes), mapKeys(span.Own)) AS Names,
    mapValues(span.Attributes) AS Texts,
    mapValues(span.Own) AS Ids,
    resource.Attributes AS ResourceAttributes
FROM faultline_history.recorded_spans AS span
INNER JOIN faultline_history.resources AS resource ON resource.ServiceName = span.ServiceName
ORDER BY span.ServiceName, span.SpanName, span.Story, span.Visit, span.Span;

CREATE TABLE faultline_history.logs
ENGINE = Memory
AS SELECT
    record.* EXCEPT (Attributes, Own),
    arrayConcat(mapKeys(record.Attributes), mapKeys(record.Own)) AS Names,
    mapValues(record.Attributes) AS Texts,
    mapValues(record.Own) AS Ids,
    resource.Attributes AS ResourceAttributes
FROM faultline_history.recorded_logs AS record
INNER JOIN faultline_history.resources AS resource ON resource.ServiceName = record.ServiceName
ORDER BY record.ServiceName, record.Story, record.Visit, record.Span;

-- The series of requests' metrics, by number: OpenTelemetry's, and the coarser ones of the shop.
CREATE TABLE faultline_history.requests
ENGINE = Memory
AS WITH
    mapFilter(
        (name, value) -> name IN ('error.type', 'http.request.method', 'http.response.status_code', 'http.route',
            'network.protocol.version', 'url.scheme'),
        Attributes
    ) AS standard,
    map('endpoint', Attributes['http.route'], 'method', Attributes['http.request.method'],
        'status', Attributes['http.response.status_code']) AS own
SELECT
    Story, Visit, TraceOffset, Duration, ServiceName, standard AS StandardAttributes, own AS OwnAttributes,
    dense_rank() OVER (ORDER BY ServiceName, standard) AS Standard,
    dense_rank() OVER (ORDER BY ServiceName, own) AS Own
FROM faultline_history.recorded_spans
WHERE SpanKind = 'Server'
