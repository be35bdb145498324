-- The histograms of requests' durations that follow from the spans, a point a minute: OpenTelemetry's in seconds and the
-- shop's own in milliseconds, cumulative from the beginning of the history on.
INSERT INTO otel_metrics_histogram
(
    ResourceAttributes, ResourceSchemaUrl, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes,
    StartTimeUnix, TimeUnix, Count, Sum, BucketCounts, ExplicitBounds, Min, Max, AggregationTemporality
)
WITH
    [
        ('http.server.request.duration', 'Duration of HTTP server requests.', 's'),
        ('http_response_time_ms', 'Time to answer a request.', 'ms')
    ] AS metrics,
    [
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        [0., 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]
    ] AS bounds,
    attributes AS
    (
        SELECT (1, Standard) AS series, any(ServiceName) AS service, any(StandardAttributes) AS attributes
        FROM faultline_history.requests GROUP BY Standard
        UNION ALL
        SELECT (2, Own), any(ServiceName), any(OwnAttributes) FROM faultline_history.requests GROUP BY Own
    ),
    minutes AS
    (
        SELECT
            Minute AS minute,
            arrayJoin([(1, Standard), (2, Own)]) AS series,
            if(series.1 = 1, 1e9, 1e6) AS unit,
            sum(Requests) AS requests,
            sum(Total) / any(unit) AS total,
            min(Least) / any(unit) AS least,
            max(Most) / any(unit) AS most,
            -- The shop's own begin with a bucket for what took no time, which has none.
            arrayConcat(
                if(any(series.1) = 1, [], [0]),
                sumForEach(arrayMap(upper -> if(upper = Upper, Requests, 0), arrayPushBack(bounds[1], inf)))
            ) AS buckets
        FROM faultline_history.minutes
        GROUP BY minute, series
    )
SELECT
    resource.Attributes, 'https://opentelemetry.io/schemas/1.44.0', 'swift-metrics', service,
    metrics[series.1].1, metrics[series.1].2, metrics[series.1].3, attributes,
    fromUnixTimestamp64Nano({from:Int64}, 'UTC'),
    minute,
    sum(requests) OVER so_far,
    sum(total) OVER so_far,
    sumForEach(buckets) OVER so_far,
    bounds[series.1],
    min(least) OVER so_far,
    max(most) OVER so_far,
    2
FROM minutes
INNER JOIN attributes USING (series)
INNER JOIN faultline_history.resources AS resource ON resource.ServiceName = service
WINDOW so_far AS (PARTITION BY series ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
