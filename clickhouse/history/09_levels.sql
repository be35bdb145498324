-- What goes up and down, a point a minute: memory, connections of the pools, sessions. An incident shows in the level that
-- its mechanism moves: the stock's pool is used up, the catalogue's queries queue for a lock, the cache and
-- the audit take memory.
INSERT INTO otel_metrics_sum
(
    ResourceAttributes, ResourceSchemaUrl, ScopeName, ServiceName, MetricName, MetricDescription, MetricUnit, Attributes,
    StartTimeUnix, TimeUnix, Value, AggregationTemporality, IsMonotonic
)
WITH
    (SELECT groupArray((Story, Began, Shows, Ended)) FROM faultline_history.incidents) AS incidents,
    fromUnixTimestamp64Nano({from:Int64}, 'UTC') AS beginning,
    arrayJoin(arrayMap(
        place -> toStartOfMinute(beginning) + toIntervalMinute(place),
        range(1, 1 + toUInt32(intDiv({until:Int64} - {from:Int64}, 60000000000))))) AS minute,
    arrayFirst(each -> each.2 <= minute AND minute < each.4, incidents) AS incident,
    sipHash64Keyed(({seed:UInt64}, toUInt64(toUnixTimestamp(minute))), 'level') / pow(2, 64) AS chance,
    if(incident.1 = 'payment_timeout', 1, 0) AS reports,
    if(incident.1 = 'product_db_timeout', 1, 0) AS locked,
    -- How full the cache is, from 0 to 1.
    if(incident.1 = 'visa_cache_full', least(1, dateDiff('second', incident.2, minute) / greatest(1, dateDiff('second', incident.2, incident.3))), 0) AS filled,
    -- What its audit has kept, from 0 to 1, of inventory-service's memory; it starts anew when it is over.
    if(incident.1 = 'cascade_failure', least(1, dateDiff('second', incident.2, minute) / greatest(1, dateDiff('second', incident.2, incident.4))), 0) AS kept,
    (SELECT count() FROM faultline_history.visits) * 600e9 / ({until:Int64} - {from:Int64}) AS visits_in_ten_minutes,
    arrayJoin(arrayConcat(
        [
            ('sample-ecommerce-app', 'active_sessions', 'Sessions that were seen in the last minutes.', '{session}', map(),
                round(visits_in_ten_minutes * (0.9 + 0.2 * chance))),
            ('sample-ecommerce-app', 'process.memory.usage', 'Physical memory in use.', 'By', map(), 58e6 + round(2e6 * chance)),
            ('payment-service', 'process.memory.usage', 'Physical memory in use.', 'By', map(),
                50e6 + round(2e6 * chance) + round(60e6 * filled)),
            ('inventory-service', 'process.memory.usage', 'Physical memory in use.', 'By', map(),
                59e6 + round(2e6 * chance) + round(160e6 * kept))
        ],
        arrayFlatten(arrayMap(
            pool -> [
                (pool.1, 'db.client.connection.max', 'The most connections that may be open.', '{connection}',
                    map('db.client.connection.pool.name', pool.2), 5.),
                (pool.1, 'db.client.connection.count', 'Connections, by state.', '{connection}',
                    map('db.client.connection.pool.name', pool.2, 'db.client.connection.state', 'used'), if(pool.3 = 1, 5., round(chance))),
                (pool.1, 'db.client.connection.count', 'Connections, by state.', '{connection}',
                    map('db.client.connection.pool.name', pool.2, 'db.client.connection.state', 'idle'), if(pool.3 = 1, 0., 5 - round(chance))),
                (pool.1, 'db.client.connection.pending_requests', 'Requests that wait for a connection.', '{request}',
                    map('db.client.connection.pool.name', pool.2), if(pool.3 = 1, 20 + round(20 * chance), 0.))
            ],
            [
                ('sample-ecommerce-app', 'shop', 0), ('payment-service', 'payments', 0), ('inventory-service', 'stock', reports),
                ('inventory-service', 'catalogue', locked)
            ]
        ))
    )) AS level
SELECT
    resource.Attributes, 'https://opentelemetry.io/schemas/1.44.0', 'swift-metrics', level.1, level.2, level.3, level.4,
    level.5, beginning, minute, level.6, 2, false
FROM faultline_history.resources AS resource
WHERE resource.ServiceName = level.1
