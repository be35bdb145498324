import Testing

/// One way in which the shop breaks, and the signs by which the telemetry tells.
struct Incident: Sendable, CustomTestStringConvertible {
    let name: String
    /// Which control listener arms it.
    let portVariable: String
    /// How strongly it is armed; the standard when `nil`.
    var intensity: Double?
    /// The variables that make it impossible, with their values.
    let fix: [String: String]
    /// What is there while it lasts, and neither before nor after.
    let signs: [Sign]
    /// What never comes with it, as queries that count: those whom the incident spares, and what is not its cause.
    var spared: [Sign] = []

    var testDescription: String { name }

    static let shop = "sample-ecommerce-app"
    static let payment = "payment-service"
    static let inventory = "inventory-service"

    /// All that there are.
    static let all = [
        paymentTimeout, cascadeFailure, productDatabaseTimeout,
        intermittentError, duplicatePayment, badRelease,
        visaCacheFull, paymentGatewayError,
        orderBacklog,
    ]
}

// MARK: inventory-service

extension Incident {
    static let paymentTimeout = Incident(
        name: "payment_timeout",
        portVariable: "INVENTORY_ADMIN_PORT",
        fix: ["INVENTORY_REPORT_POOL": "own"],
        signs: [
            .highest(
                "db.client.connection.pending_requests",
                in: "otel_metrics_sum",
                atLeast: 8,
                where: "ServiceName = '\(inventory)' AND Attributes['db.client.connection.pool.name'] = 'stock'"
            ),
            .spans(
                "reservations that waited in line for 0.5 s",
                where: """
                    ServiceName = '\(inventory)' AND SpanName = 'database_transaction' AND Duration > 5e8
                    AND has(Events.Name, 'db.client.connection.wait')
                    """
            ),
            .logs(
                "payments without time",
                atLeast: 5,
                where: """
                    ServiceName = '\(payment)' AND Body = 'The payment gateway gave no answer'
                    AND startsWith(LogAttributes['cause'], 'Timed out')
                    """
            ),
            .share(504, of: "POST /checkout", at: shop, atLeast: 5),
            .p95("POST /checkout", of: shop, atLeast: 1_000),
        ]
    )

    static let cascadeFailure = Incident(
        name: "cascade_failure",
        portVariable: "INVENTORY_ADMIN_PORT",
        intensity: 512,
        fix: ["INVENTORY_AUDIT": "bounded"],
        signs: [
            .highest("inventory.audit.entries", in: "otel_metrics_gauge", atLeast: 205),
            .highest("inventory.audit.size", in: "otel_metrics_gauge", atLeast: 204_800),
            .p95("POST /reserve", of: inventory, atLeast: 250),
            .highest("payment.slots.used", in: "otel_metrics_gauge", atLeast: 20),
            .logs(
                "payments turned away",
                atLeast: 5,
                where: "ServiceName = '\(payment)' AND Body = 'Payment turned away'"
            ),
            .spans(
                "checkouts that failed for a payment that could not be opened",
                atLeast: 5,
                where: """
                    ServiceName = '\(payment)' AND SpanKind = 'Server' AND SpanName = 'POST /payments/{key}/open'
                    AND SpanAttributes['http.response.status_code'] = '503'
                    """
            ),
            .share(503, of: "POST /checkout", at: shop, atLeast: 2),
            .logs(
                "memory limits reached",
                atLeast: 1,
                where: "ServiceName = '\(inventory)' AND startsWith(Body, 'Memory limit reached')"
            ),
            .aggregate(
                "instances of inventory-service",
                "uniqExact(ResourceAttributes['service.instance.id'])",
                atLeast: 2,
                where: "ServiceName = '\(inventory)'"
            ),
        ]
    )

    static let productDatabaseTimeout = Incident(
        name: "product_db_timeout",
        portVariable: "INVENTORY_ADMIN_PORT",
        fix: ["INVENTORY_CATALOGUE_JOURNAL": "wal"],
        signs: [
            .logs(
                "locked databases",
                where: "ServiceName = '\(inventory)' AND LogAttributes['error.type'] = 'database_locked'"
            ),
            .share(503, of: "GET /products", at: inventory, atLeast: 10),
            .p95("GET /products", of: shop, atLeast: 900),
        ]
    )
}

extension Incident {
    static let orderBacklog = Incident(
        name: "order_backlog",
        portVariable: "INVENTORY_ADMIN_PORT",
        intensity: 4,
        fix: ["INVENTORY_DEAD_LETTERS": "on"],
        signs: [
            .highest(
                "messaging.consumer_group.lag",
                in: "otel_metrics_gauge",
                atLeast: 20,
                where: "ServiceName = '\(inventory)' AND Attributes['messaging.consumer.group.name'] = 'picking'"
            ),
            .spans(
                "attempts that found no shelf",
                where: """
                    ServiceName = '\(inventory)' AND SpanKind = 'Consumer'
                    AND SpanAttributes['error.type'] = 'shelf_not_found'
                    """
            ).whateverTheFix,
            .aggregate(
                "attempts for one order",
                "max(toUInt32OrZero(SpanAttributes['app.message.attempt']))",
                atLeast: 10,
                where: "ServiceName = '\(inventory)' AND SpanKind = 'Consumer' AND StatusCode = 'Error'"
            ),
        ],
        spared: [
            .spans(
                "orders that replenishment could not count",
                where: """
                    ServiceName = '\(inventory)' AND SpanKind = 'Consumer' AND StatusCode = 'Error'
                    AND SpanAttributes['messaging.consumer.group.name'] = 'replenishment'
                    """
            )
        ]
    )
}

// MARK: payment-service

extension Incident {
    static let visaCacheFull = Incident(
        name: "visa_cache_full",
        portVariable: "PAYMENT_ADMIN_PORT",
        intensity: 150,
        fix: ["PAYMENT_VISA_CACHE": "lru"],
        signs: [
            .highest("visa_validation_cache.size", in: "otel_metrics_gauge", atLeast: 100),
            .logs(
                "orders that failed for the full cache",
                where: """
                    ServiceName = '\(shop)' AND Body = 'Failed to place order' AND LogAttributes['cause'] =
                    'failed to charge card: could not charge the card: Visa cache full: cannot add new item.'
                    """
            ),
            .spans(
                "Visa payments refused",
                where: """
                    ServiceName = '\(payment)' AND SpanName = 'POST /process'
                    AND SpanAttributes['http.response.status_code'] = '500'
                    AND SpanAttributes['app.payment.card_type'] = 'visa'
                    """
            ),
            .share(500, of: "POST /checkout", at: shop, atLeast: 30),
        ],
        spared: [
            .spans(
                "Mastercard payments refused",
                where: """
                    ServiceName = '\(payment)' AND SpanName = 'POST /process'
                    AND SpanAttributes['http.response.status_code'] = '500'
                    AND SpanAttributes['app.payment.card_type'] = 'mastercard'
                    """
            )
        ]
    )

    static let paymentGatewayError = Incident(
        name: "payment_gateway_error",
        portVariable: "PAYMENT_ADMIN_PORT",
        fix: ["PAYMENT_RETRY_BUDGET": "tenth"],
        signs: [
            .spans(
                "failed calls of the gateway",
                where: """
                    ServiceName = '\(payment)' AND SpanName = 'payment_gateway_call' AND StatusCode = 'Error'
                    AND SpanAttributes['app.payment.card_type'] = 'mastercard'
                    AND SpanAttributes['app.payment.currency'] = 'USD'
                    """
            ).whateverTheFix,
            .aggregate(
                "attempts for each Mastercard payment",
                "if(count() < 10, 0, avg(toUInt32OrZero(SpanAttributes['app.payment.attempts'])))",
                atLeast: 2,
                where: """
                    ServiceName = '\(payment)' AND SpanName = 'payment_gateway_call'
                    AND SpanAttributes['app.payment.card_type'] = 'mastercard'
                    """
            ),
            .aggregate(
                "median of Mastercard payments, ms",
                "if(count() < 10, 0, quantile(0.5)(Duration) / 1e6)",
                atLeast: 600,
                where: """
                    ServiceName = '\(payment)' AND SpanName = 'POST /process'
                    AND SpanAttributes['app.payment.card_type'] = 'mastercard'
                    """
            ),
        ],
        spared: [
            .spans(
                "Visa payments that failed at the gateway",
                where: """
                    ServiceName = '\(payment)' AND SpanName = 'payment_gateway_call' AND StatusCode = 'Error'
                    AND SpanAttributes['app.payment.card_type'] = 'visa'
                    """
            )
        ]
    )
}

// MARK: sample-ecommerce-app

extension Incident {
    static let intermittentError = Incident(
        name: "intermittent_error",
        portVariable: "SAMPLE_APP_ADMIN_PORT",
        fix: ["CART_VERSION_CHECK": "always"],
        signs: [
            .logs(
                "carts whose totals disagree",
                where: """
                    ServiceName = '\(shop)' AND Body = 'Failed to place order'
                    AND startsWith(LogAttributes['cause'], 'cart total mismatch')
                    """
            ),
            .spans(
                "checkouts that failed in the shop itself",
                where: """
                    ServiceName = '\(shop)' AND SpanName = 'POST /checkout' AND SpanKind = 'Server'
                    AND SpanAttributes['http.response.status_code'] = '500'
                    """
            ),
        ]
    )

    static let duplicatePayment = Incident(
        name: "duplicate_payment",
        portVariable: "SAMPLE_APP_ADMIN_PORT",
        fix: ["PAYMENT_KEY": "always", "PAYMENT_IDEMPOTENCY_KEY": "required"],
        signs: [
            .rise("payment.reconciliation.duplicates", atLeast: 3),
            .logs(
                "orders charged more than once",
                where: "ServiceName = '\(payment)' AND Body = 'Order charged more than once'"
            ),
        ]
    )

    static let badRelease = Incident(
        name: "bad_release",
        portVariable: "SAMPLE_APP_ADMIN_PORT",
        intensity: 0.5,
        fix: ["SHOP_RELEASE": "stable"],
        signs: [
            .spans(
                "failed checkouts of the next version with books",
                where: failedCheckouts + " AND SpanAttributes['service.version'] = '1.5.0' AND \(books)"
            ),
            .share(500, of: "POST /checkout", at: shop, atLeast: 4),
        ],
        spared: [
            .spans(
                "failed checkouts of this version",
                where: failedCheckouts + " AND SpanAttributes['service.version'] != '1.5.0'"
            ),
            .spans("failed checkouts without books", where: failedCheckouts + " AND NOT \(books)"),
        ]
    )

    /// Declined cards and empty carts fail too, but are nobody's fault.
    private static let failedCheckouts = """
        SpanName = 'checkout' AND StatusCode = 'Error' AND TraceId IN (
          SELECT TraceId FROM otel_traces WHERE SpanName = 'POST /checkout'
          AND SpanAttributes['http.response.status_code'] = '500' AND Timestamp > now() - INTERVAL 10 MINUTE)

        """
    private static let books = "has(splitByChar(',', SpanAttributes['app.order.categories']), 'books')"
}
