-- The counter of requests that follows from the spans, a point a minute, cumulative from the beginning of the history on.
INSERT INTO otel_metrics_sum
(
    ResourceAttributes, ResourceSchemaUrl, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes,
    StartTimeUnix, TimeUnix, Value, AggregationTemporality, IsMonotonic
)
WITH minutes AS
(
    SELECT
        toStartOfMinute(visit.Began + toIntervalNanosecond(span.TraceOffset)) + 60 AS minute,
        span.ServiceName AS service,
        map('endpoint', span.Attributes['http.route'], 'method', span.Attributes['http.request.method'],
            'status', span.Attributes['http.response.status_code']) AS attributes,
        count() AS requests
    FROM faultline_history.visits AS visit
    INNER JOIN (SELECT * FROM faultline_history.spans WHERE SpanKind = 'Server') AS span
        ON span.Story = visit.Story AND span.Visit = visit.Visit
    GROUP BY minute, service, attributes
)
SELECT
    resource.Attributes, 'https://opentelemetry.io/schemas/1.44.0', 'swift-metrics', service, 'http_requests_total',
    'Requests answered.', '{request}', attributes,
    fromUnixTimestamp64Nano({from:Int64}, 'UTC'),
    minute,
    sum(requests) OVER (PARTITION BY service, attributes ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    2,
    true
FROM minutes
INNER JOIN faultline_history.resources AS resource ON resource.ServiceName = service
