-- The histograms of requests' durations that follow from the spans, a point a minute: OpenTelemetry's in seconds and the
-- shop's own in milliseconds, cumulative from the beginning of the history on.
INSERT INTO otel_metrics_histogram
(
    ResourceAttributes, ResourceSchemaUrl, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes,
    StartTimeUnix, TimeUnix, Count, Sum, BucketCounts, ExplicitBounds, Min, Max, AggregationTemporality
)
WITH
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] AS seconds,
    [0., 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000] AS milliseconds,
    requests AS
    (
        SELECT
            toStartOfMinute(visit.Began + toIntervalNanosecond(span.TraceOffset)) + 60 AS minute,
            span.ServiceName AS service,
            mapFilter((name, value) -> name IN ('error.type', 'http.request.method', 'http.response.status_code', 'http.route',
                'network.protocol.version', 'url.scheme'), span.Attributes) AS series,
            span.Duration * visit.Slowness / 1e9 AS duration
        FROM faultline_history.visits AS visit
        INNER JOIN (SELECT * FROM faultline_history.spans WHERE SpanKind = 'Server') AS span
            ON span.Story = visit.Story AND span.Visit = visit.Visit
    ),
    metrics AS
    (
        SELECT
            minute, service, series, duration,
            arrayJoin([
                ('http.server.request.duration', 'Duration of HTTP server requests.', 's', series, seconds, 1.),
                (
                    'http_response_time_ms', 'Time to answer a request.', 'ms',
                    map('endpoint', series['http.route'], 'method', series['http.request.method'],
                        'status', series['http.response.status_code']),
                    milliseconds, 1000.
                )
            ]) AS metric
        FROM requests
    ),
    minutes AS
    (
        SELECT
            minute, service, metric.1 AS name, metric.2 AS description, metric.3 AS unit, metric.4 AS attributes,
            metric.5 AS bounds,
            count() AS requests,
            sum(duration * metric.6) AS total,
            min(duration * metric.6) AS least,
            max(duration * metric.6) AS most,
            sumForEach(arrayMap(
                (upper, lower) -> toUInt64(duration * metric.6 > lower AND duration * metric.6 <= upper),
                arrayPushBack(metric.5, inf), arrayPushFront(metric.5, -inf))) AS buckets
        FROM metrics
        GROUP BY minute, service, metric
    )
SELECT
    resource.Attributes, 'https://opentelemetry.io/schemas/1.44.0', 'swift-metrics', service, name, description, unit, attributes,
    fromUnixTimestamp64Nano({from:Int64}, 'UTC'),
    minute,
    sum(requests) OVER series,
    sum(total) OVER series,
    sumForEach(buckets) OVER series,
    bounds,
    min(least) OVER series,
    max(most) OVER series,
    2
FROM minutes
INNER JOIN faultline_history.resources AS resource ON resource.ServiceName = service
WINDOW series AS (PARTITION BY service, name, attributes ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
