-- Spans of the shop's journeys, as its services export them: the same trees, attributes and
-- resource, random ids, log-normal durations, one journey in 200 with a failed payment.
--
-- first, count: the journeys to make. per_day: journeys in 24 hours, which end now.
INSERT INTO otel_traces
(
    Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, ScopeName,
    ScopeVersion, SpanAttributes, Duration, StatusCode
)
WITH
    -- (parent, service, name, kind, begins after us, lasts us, route)
    [
        [
            (0, 'sample-ecommerce-app', 'GET /products', 'Server', 0, 9000, '/products'),
            (1, 'sample-ecommerce-app', 'get_products', 'Internal', 400, 8200, ''),
            (2, 'sample-ecommerce-app', 'GET', 'Client', 700, 7600, '/products'),
            (3, 'inventory-service', 'GET /products', 'Server', 1200, 6500, '/products'),
            (4, 'inventory-service', 'cache_lookup', 'Internal', 1400, 150, ''),
            (4, 'inventory-service', 'database_query', 'Internal', 1700, 5200, '')
        ],
        [
            (0, 'sample-ecommerce-app', 'GET /products/{id}', 'Server', 0, 5000, '/products/{id}'),
            (1, 'sample-ecommerce-app', 'get_product', 'Internal', 300, 4500, ''),
            (2, 'sample-ecommerce-app', 'GET', 'Client', 500, 4000, '/products/{id}'),
            (3, 'inventory-service', 'GET /products/{id}', 'Server', 900, 3100, '/products/{id}'),
            (4, 'inventory-service', 'cache_lookup', 'Internal', 1000, 120, ''),
            (4, 'inventory-service', 'database_query', 'Internal', 1200, 2300, '')
        ],
        [
            (0, 'sample-ecommerce-app', 'POST /cart/add', 'Server', 0, 6000, '/cart/add'),
            (1, 'sample-ecommerce-app', 'add_to_cart', 'Internal', 300, 5500, ''),
            (2, 'sample-ecommerce-app', 'POST', 'Client', 500, 4800, '/check-availability'),
            (3, 'inventory-service', 'POST /check-availability', 'Server', 900, 3900, '/check-availability'),
            (4, 'inventory-service', 'database_query', 'Internal', 1200, 3100, '')
        ],
        [
            (0, 'sample-ecommerce-app', 'POST /checkout', 'Server', 0, 90000, '/checkout'),
            (1, 'sample-ecommerce-app', 'checkout', 'Internal', 300, 89000, ''),
            (2, 'sample-ecommerce-app', 'POST', 'Client', 600, 15000, '/reserve'),
            (3, 'inventory-service', 'POST /reserve', 'Server', 1000, 14000, '/reserve'),
            (4, 'inventory-service', 'database_transaction', 'Internal', 1300, 13000, ''),
            (2, 'sample-ecommerce-app', 'POST', 'Client', 16000, 70000, '/process'),
            (6, 'payment-service', 'POST /process', 'Server', 16500, 69000, '/process'),
            (7, 'payment-service', 'process_payment', 'Internal', 16800, 68000, ''),
            (8, 'payment-service', 'fraud_check', 'Internal', 17000, 20000, ''),
            (8, 'payment-service', 'payment_gateway_call', 'Internal', 38000, 45000, '')
        ]
    ] AS journeys,
    transform(number % 20, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19], [2, 2, 2, 2, 2, 3, 3, 3, 4, 4], 1) AS journey,
    arrayJoin(arrayZip(journeys[journey], arrayEnumerate(journeys[journey]))) AS numbered,
    numbered.1 AS span,
    toUInt8(numbered.2) AS position,
    span.2 AS service,
    span.4 AS kind,
    span.7 AS route,
    journey = 4 AND number % 200 = 18 AND service != 'inventory-service' AND position NOT IN (3, 9) AS failed,
    exp(0.45 * randNormal(0, 1, number)) AS slowness,
    toUInt64(toUnixTimestamp64Nano(now64(9)) - 86400000000000 + (number + rand64(1) % 1000 / 1000) * 86400000000000 / {per_day:UInt64})
        AS began,
    toString(cityHash64(number, 'product') % 480 + 1) AS product,
    transform(service, ['sample-ecommerce-app', 'payment-service', 'inventory-service'], ['8000', '8001', '8002'], '') AS port,
    if(route IN ('/process'), '8001', '8002') AS called_port,
    replaceOne(route, '{id}', product) AS path,
    if(failed, if(service = 'payment-service', '502', '502'), '200') AS status
SELECT
    fromUnixTimestamp64Nano(toInt64(began + span.5 * 1000 * slowness)) AS Timestamp,
    lower(hex(sipHash128(number))) AS TraceId,
    lower(leftPad(hex(sipHash64(number, position)), 16, '0')) AS SpanId,
    if(span.1 = 0, '', lower(leftPad(hex(sipHash64(number, span.1)), 16, '0'))) AS ParentSpanId,
    span.3 AS SpanName,
    kind AS SpanKind,
    service AS ServiceName,
    map(
        'deployment.environment.name', 'demo',
        'host.arch', 'amd64',
        'host.name', 'demo-host',
        'os.type', 'linux',
        'process.pid', toString(4000 + toUInt16(port)),
        'process.runtime.name', 'swift',
        'process.runtime.version', '6.3',
        'service.instance.id', lower(hex(sipHash128(service))),
        'service.name', service,
        'service.namespace', 'faultline',
        'service.version', '1.0.0',
        'telemetry.sdk.language', 'swift',
        'telemetry.sdk.name', 'opentelemetry',
        'telemetry.sdk.version', '1.0.0'
    ) AS ResourceAttributes,
    'swift-distributed-tracing' AS ScopeName,
    '' AS ScopeVersion,
    multiIf(
        kind = 'Server',
        mapUpdate(
            map(
                'client.address', '127.0.0.1',
                'http.request.method', splitByChar(' ', span.3)[1],
                'http.response.body.size', toString(180 + cityHash64(number, position, 'size') % 9000),
                'http.response.status_code', status,
                'http.route', route,
                'network.peer.address', '127.0.0.1',
                'network.peer.port', toString(32768 + cityHash64(intDiv(number, 500), service) % 28000),
                'network.protocol.version', '1.1',
                'server.address', '127.0.0.1',
                'server.port', port,
                'url.path', path,
                'url.scheme', 'http'
            ),
            if(
                position = 1,
                map(
                    'session.id', lower(hex(sipHash128(intDiv(number, 7), 'session'))),
                    'user_agent.original',
                    concat('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/',
                        toString(138 + cityHash64(intDiv(number, 7)) % 12), '.0.0.0 Safari/537.36')
                ),
                map()
            )
        ),
        kind = 'Client',
        map(
            'http.request.method', span.3,
            'http.response.status_code', status,
            'network.protocol.version', '1.1',
            'server.address', '127.0.0.1',
            'server.port', called_port,
            'url.full', concat('http://127.0.0.1:', called_port, path),
            'url.template', route
        ),
        span.3 LIKE 'database%',
        map(
            'db.collection.name', if(span.3 = 'database_query', 'products', 'reservations'),
            'db.namespace', 'inventory',
            'db.operation.name', if(span.3 = 'database_query', 'SELECT', 'INSERT'),
            'db.query.text',
            if(span.3 = 'database_query', 'SELECT * FROM products WHERE id = ?', 'INSERT INTO reservations VALUES (?, ?, ?)'),
            'db.response.returned_rows', toString(cityHash64(number, 'rows') % 24),
            'db.system.name', 'sqlite'
        ),
        span.3 = 'cache_lookup',
        map('app.cache.hit', if(number % 3 = 0, 'true', 'false')),
        journey = 4,
        map('app.order.id', lower(hex(sipHash128(number, 'order'))), 'app.payment.currency', 'EUR'),
        map('app.product.count', '24')
    ) AS SpanAttributes,
    toUInt64(span.6 * 1000 * slowness) AS Duration,
    if(failed, 'Error', 'Unset') AS StatusCode
FROM numbers({first:UInt64}, {count:UInt64})
