-- The counter of requests that follows from the spans, a point a minute, cumulative from the beginning of the history on.
INSERT INTO otel_metrics_sum
(
    ResourceAttributes, ResourceSchemaUrl, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes,
    StartTimeUnix, TimeUnix, Value, AggregationTemporality, IsMonotonic
)
WITH
    attributes AS
    (
        SELECT Own AS series, any(ServiceName) AS service, any(OwnAttributes) AS attributes
        FROM faultline_history.requests GROUP BY series
    ),
    minutes AS
    (
        SELECT Minute AS minute, Own AS series, sum(Requests) AS requests FROM faultline_history.minutes GROUP BY minute, series
    )
SELECT
    resource.Attributes, 'https://opentelemetry.io/schemas/1.44.0', 'swift-metrics', service, 'http_requests_total',
    'Requests answered.', '{request}', attributes,
    fromUnixTimestamp64Nano({from:Int64}, 'UTC'),
    minute,
    sum(requests) OVER (PARTITION BY series ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    2,
    true
FROM minutes
INNER JOIN attributes USING (series)
INNER JOIN faultline_history.resources AS resource ON resource.ServiceName = service
