-- What is measured as it is, a point a minute: the size of payment-service's validation cache, which grows until it is full
-- and reads 0 from then on; the entries of inventory-service's audit, which are sealed away at 200; and the messages that
-- are still to be processed, a partition and a group.
INSERT INTO otel_metrics_gauge
(
    ResourceAttributes, ResourceSchemaUrl, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes,
    StartTimeUnix, TimeUnix, Value
)
WITH
    (SELECT groupArray((Story, Began, Shows, Ended)) FROM faultline_history.incidents) AS incidents,
    fromUnixTimestamp64Nano({from:Int64}, 'UTC') AS beginning,
    arrayJoin(arrayMap(
        place -> toStartOfMinute(beginning) + toIntervalMinute(place),
        range(1, 1 + toUInt32(intDiv({until:Int64} - {from:Int64}, 60000000000))))) AS minute,
    arrayFirst(each -> each.2 <= minute AND minute < each.4, incidents) AS incident,
    sipHash64Keyed(({seed:UInt64}, toUInt64(toUnixTimestamp(minute))), 'gauge') / pow(2, 64) AS chance,
    -- How far it has come, from 0 to 1: until it shows, and until it ends.
    dateDiff('second', incident.2, minute) / greatest(1, dateDiff('second', incident.2, incident.3)) AS grown,
    dateDiff('second', incident.2, minute) / greatest(1, dateDiff('second', incident.2, incident.4)) AS lasted,
    multiIf(incident.1 != 'visa_cache_full', 48, minute >= incident.3, 0, round(48 + 99952 * grown)) AS cached,
    if(incident.1 = 'cascade_failure', round(210 + 900 * lasted), round(180 + 20 * chance)) AS audited,
    if(incident.1 = 'cascade_failure', 147456, 512) AS entry,
    (SELECT count() FROM faultline_history.visits) * 60e9 / ({until:Int64} - {from:Int64}) AS visits_a_minute,
    arrayJoin(arrayConcat(
        [
            ('payment-service', 'visa_validation_cache.size', 'Entries in the Visa validation cache.', 'entries', map(), cached),
            ('inventory-service', 'inventory.audit.entries', 'Entries in the reservation audit.', '{entry}', map(), audited),
            ('inventory-service', 'inventory.audit.size', 'What the entries of the reservation audit take.', 'By', map(),
                audited * entry)
        ],
        arrayFlatten(arrayMap(
            part -> arrayMap(
                reader -> (
                    'inventory-service', 'messaging.consumer_group.lag', 'Messages that are still to be processed.', '{message}',
                    map('messaging.system', 'sqlite', 'messaging.destination.name', 'orders',
                        'messaging.consumer.group.name', reader, 'messaging.destination.partition.id', toString(part)),
                    if(incident.1 = 'order_backlog' AND reader = 'picking', round(1 + lasted * visits_a_minute), 0.)
                ),
                ['picking', 'replenishment']
            ),
            range(4)
        ))
    )) AS level
SELECT
    resource.Attributes, 'https://opentelemetry.io/schemas/1.44.0', 'swift-metrics', level.1, level.2, level.3, level.4,
    level.5, beginning, minute, level.6
FROM faultline_history.resources AS resource
WHERE resource.ServiceName = level.1
