-- Log records beside those of the history, evenly over its day: access lines, most of them information, and a word that
-- is in one of half a million.
--
-- first, count: the records to make. rows: how many there are in all. until: when the day ends, in nanoseconds.
INSERT INTO otel_logs
(
    Timestamp, TraceId, SpanId, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName, LogAttributes
)
WITH
    ['sample-ecommerce-app', 'payment-service', 'inventory-service'][cityHash64(number, 'service') % 3 + 1] AS service,
    cityHash64(number, 'severity') % 100 AS chance,
    multiIf(chance = 0, 'ERROR', chance < 4, 'WARN', chance < 30, 'DEBUG', 'INFO') AS severity
SELECT
    fromUnixTimestamp64Nano({until:Int64} - 86400000000000 + toInt64(number * (86400000000000 / {rows:UInt64}))),
    lower(hex(sipHash128(number, 'trace'))),
    lower(leftPad(hex(sipHash64(number, 'span')), 16, '0')),
    severity,
    transform(severity, ['ERROR', 'WARN', 'DEBUG', 'INFO'], [17, 13, 5, 9], 9),
    service,
    concat(
        'path=/products/', toString(cityHash64(number, 'product') % 480 + 1), ' status=', if(chance = 0, '500', '200'), ' took=',
        toString(cityHash64(number, 'took') % 900), 'ms', if(number % 500000 = 250000, ' kingfisher', '')
    ),
    map(
        'deployment.environment.name', 'demo', 'host.name', 'demo-host', 'service.instance.id', lower(hex(sipHash128(service))),
        'service.name', service, 'service.namespace', 'faultline', 'service.version', '1.0.0'
    ),
    'access',
    map('http.route', '/products/{id}', 'session.id', lower(hex(sipHash128(intDiv(number, 40), 'session'))))
FROM numbers({first:UInt64}, {count:UInt64})
