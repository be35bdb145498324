-- The size of payment-service's validation cache, a point a minute: it grows until it is full, and reads 0 from then on.
INSERT INTO otel_metrics_gauge
(
    ResourceAttributes, ResourceSchemaUrl, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes,
    StartTimeUnix, TimeUnix, Value
)
WITH
    (SELECT groupArray((Began, Shows, Ended)) FROM faultline_history.incidents WHERE Story = 'visa_cache_full') AS incidents,
    fromUnixTimestamp64Nano({from:Int64}, 'UTC') AS beginning,
    arrayJoin(arrayMap(
        place -> toStartOfMinute(beginning) + toIntervalMinute(place),
        range(1, 1 + toUInt32(intDiv({until:Int64} - {from:Int64}, 60000000000))))) AS minute,
    arrayFirst(each -> each.1 <= minute AND minute < each.3, incidents) AS incident
SELECT
    Attributes, 'https://opentelemetry.io/schemas/1.44.0', 'swift-metrics', ServiceName, 'visa_validation_cache.size',
    'Entries in the Visa validation cache.', 'entries', map(), beginning, minute,
    multiIf(
        toUnixTimestamp(incident.1) = 0, 48,
        minute >= incident.2, 0,
        round(48 + 99952 * dateDiff('second', incident.1, minute) / dateDiff('second', incident.1, incident.2))
    )
FROM faultline_history.resources
WHERE ServiceName = 'payment-service'
