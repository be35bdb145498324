import RunJournal

@testable import GroundTruth

/// Two minutes of a small shop: a minute of quiet, half a minute in which something may be wrong, half a minute of quiet.
struct SyntheticShop {
    static let shop = "sample-ecommerce-app"
    static let payment = "payment-service"
    static let inventory = "inventory-service"
    /// When something goes wrong and when it is over, in seconds.
    static let trouble = 60.0..<90.0
    static let length = 120.0

    /// How a checkout goes; by default as it should.
    struct Checkout {
        var card = "visa"
        var version = "1.4.2"
        var categories = "garden"
        var session = "s"
        var orderID: String?
        var reserve = 2.0
        /// The part of it that its transaction takes; all but a little unless given.
        var transaction: Double?
        var connectionWait = 0.0
        /// The gateway's error, with its message.
        var gatewayError: (type: String, message: String)?
        /// Whether payment-service has a place for it; without one, nothing more is asked of anybody.
        var isOpened = true
        /// The status of payment-service, and of the shop.
        var paymentStatus = 200
        var status = 200
        /// The checkout fails before it asks anybody: the exception's type.
        var ownFailure: String?
    }

    var telemetry: SyntheticTelemetry

    init(start: Moment) {
        telemetry = SyntheticTelemetry(start: start)
    }

    /// Two checkouts and two looks at products each second, and the gauges every ten.
    mutating func everydayTraffic(_ trouble: (Int, Double) -> Checkout? = { _, _ in nil }) {
        for index in 0..<Int(Self.length * 2) {
            let time = Double(index) / 2
            var checkout = Checkout(card: index % 5 == 4 ? "mastercard" : "visa", session: "s\(index)")
            checkout.categories = index % 3 == 0 ? "books" : "garden"
            let inTrouble = Self.trouble.contains(time) ? trouble(index, time) : nil
            add(inTrouble ?? checkout, at: time)
            addProductPage(at: time + 0.2)
        }
        // Everyday mistakes, which are nobody's fault.
        for index in 0..<24 {
            let trace = telemetry.id()
            telemetry.span(
                "GET /products/{id}",
                of: Self.shop,
                kind: "Server",
                in: trace,
                at: Double(index) * 5,
                milliseconds: 2,
                status: 404
            )
        }
        for tick in 0..<12 {
            let time = Double(tick) * 10 + 5
            if !Self.trouble.contains(time) {
                telemetry.gauge("inventory.audit.entries", of: Self.inventory, at: time, Double(100 + tick * 7 % 90))
                telemetry.gauge("visa_validation_cache.size", of: Self.payment, at: time, 48)
            }
        }
    }

    /// A whole checkout, from the shop's server span to the gateway.
    mutating func add(_ checkout: Checkout, at time: Double) {
        let trace = telemetry.id()
        let failed = checkout.status >= 500
        let gatewayTime = checkout.gatewayError == nil ? 50.0 : 1.0
        let total = checkout.ownFailure != nil || !checkout.isOpened ? 2 : checkout.reserve + gatewayTime + 8
        let server = telemetry.span(
            "POST /checkout",
            of: Self.shop,
            kind: "Server",
            in: trace,
            at: time,
            milliseconds: total,
            status: checkout.status,
            failed: failed,
            ["session.id": checkout.session]
        )
        var attributes = ["service.version": checkout.version, "session.id": checkout.session]
        // What an order holds is known once its cart was found in order.
        if checkout.ownFailure != "SampleApp.CartError" { attributes["app.order.categories"] = checkout.categories }
        let step = telemetry.span(
            "checkout",
            of: Self.shop,
            in: trace,
            under: server,
            at: time + 0.0002,
            milliseconds: total - 0.4,
            failed: failed,
            attributes,
            event: checkout.ownFailure.map { ("exception", ["exception.type": $0]) }
        )
        guard checkout.ownFailure == nil else { return }
        open(checkout, trace, step, at: time + 0.0004)
        guard checkout.isOpened else { return }
        reserve(checkout, trace, step, at: time + 0.001)
        let paying = time + 0.002 + checkout.reserve / 1e3
        pay(checkout, trace, step, at: paying, gatewayTime)
    }

    private mutating func open(_ checkout: Checkout, _ trace: String, _ step: String, at time: Double) {
        let client = telemetry.span(
            "POST",
            of: Self.shop,
            kind: "Client",
            in: trace,
            under: step,
            at: time,
            milliseconds: 0.5,
            failed: !checkout.isOpened
        )
        telemetry.span(
            "POST /payments/{key}/open",
            of: Self.payment,
            kind: "Server",
            in: trace,
            under: client,
            at: time + 0.0001,
            milliseconds: 0.3,
            status: checkout.isOpened ? 200 : 503,
            failed: !checkout.isOpened
        )
    }

    private mutating func reserve(_ checkout: Checkout, _ trace: String, _ step: String, at time: Double) {
        let client = telemetry.span(
            "POST",
            of: Self.shop,
            kind: "Client",
            in: trace,
            under: step,
            at: time,
            milliseconds: checkout.reserve
        )
        let server = telemetry.span(
            "POST /reserve",
            of: Self.inventory,
            kind: "Server",
            in: trace,
            under: client,
            at: time + 0.0001,
            milliseconds: checkout.reserve - 0.2,
            status: 201
        )
        let wait = (
            name: "db.client.connection.wait",
            attributes: [
                "db.client.connection.wait_time": "\(checkout.connectionWait)",
                "db.client.connection.pool.name": "stock",
            ]
        )
        telemetry.span(
            "database_transaction",
            of: Self.inventory,
            in: trace,
            under: server,
            at: time + 0.0002,
            milliseconds: checkout.transaction ?? (checkout.reserve - 0.3),
            ["db.namespace": "stock", "db.collection.name": "reservation"],
            event: checkout.connectionWait > 0 ? wait : nil
        )
    }

    private mutating func pay(
        _ checkout: Checkout,
        _ trace: String,
        _ step: String,
        at time: Double,
        _ gatewayTime: Double
    ) {
        let failed = checkout.paymentStatus >= 500
        let process = telemetry.span(
            "process_payment",
            of: Self.shop,
            in: trace,
            under: step,
            at: time,
            milliseconds: gatewayTime + 5,
            failed: failed,
            ["app.order.id": checkout.orderID ?? "order-\(trace)"]
        )
        charge(checkout, trace, process, at: time, gatewayTime)
    }

    /// What payment-service does for a charge.
    mutating func charge(
        _ checkout: Checkout,
        _ trace: String,
        _ process: String,
        at time: Double,
        _ gatewayTime: Double = 50
    ) {
        let failed = checkout.paymentStatus >= 500
        let client = telemetry.span(
            "POST",
            of: Self.shop,
            kind: "Client",
            in: trace,
            under: process,
            at: time + 0.001,
            milliseconds: gatewayTime + 4,
            failed: failed
        )
        let server = telemetry.span(
            "POST /process",
            of: Self.payment,
            kind: "Server",
            in: trace,
            under: client,
            at: time + 0.002,
            milliseconds: gatewayTime + 2,
            status: checkout.paymentStatus,
            failed: failed,
            ["app.payment.card_type": checkout.card, "app.payment.currency": "USD"]
        )
        guard checkout.paymentStatus != 500 else { return }
        var attributes = ["app.payment.card_type": checkout.card, "app.payment.currency": "USD"]
        if let error = checkout.gatewayError { attributes["error.type"] = error.type }
        telemetry.span(
            "payment_gateway_call",
            of: Self.payment,
            in: trace,
            under: server,
            at: time + 0.003,
            milliseconds: gatewayTime,
            failed: failed,
            attributes,
            event: checkout.gatewayError.map {
                ("exception", ["exception.type": "GatewayError", "exception.message": $0.message])
            }
        )
    }

    /// A product's page, and the query behind it; `locked` when the query gave up.
    mutating func addProductPage(at time: Double, locked: Bool = false) {
        let trace = telemetry.id()
        let duration = locked ? 1000.0 : 2
        let page = telemetry.span(
            "GET /products/{id}",
            of: Self.shop,
            kind: "Server",
            in: trace,
            at: time,
            milliseconds: duration + 3,
            status: locked ? 502 : 200,
            failed: locked
        )
        let client = telemetry.span(
            "GET",
            of: Self.shop,
            kind: "Client",
            in: trace,
            under: page,
            at: time + 0.0005,
            milliseconds: duration + 2,
            failed: locked
        )
        let server = telemetry.span(
            "GET /products/{id}",
            of: Self.inventory,
            kind: "Server",
            in: trace,
            under: client,
            at: time + 0.001,
            milliseconds: duration + 1,
            status: locked ? 503 : 200,
            failed: locked
        )
        var attributes = ["db.namespace": "catalogue", "db.collection.name": "product"]
        if locked { attributes["error.type"] = "database_locked" }
        telemetry.span(
            "database_query",
            of: Self.inventory,
            in: trace,
            under: server,
            at: time + 0.0012,
            milliseconds: duration,
            failed: locked,
            attributes
        )
    }
}
