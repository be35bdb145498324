import RunJournal

@testable import GroundTruth

extension SyntheticShop {
    /// Two minutes with an incident, or without any.
    static func of(_ incident: String?, start: Moment) -> SyntheticTelemetry {
        var shop = SyntheticShop(start: start)
        switch incident {
        case "payment_timeout": shop.exhaustPool()
        case "cascade_failure": shop.growAudit()
        case "visa_cache_full": shop.fillCache()
        case "product_db_timeout": shop.lockCatalogue()
        case "payment_gateway_error": shop.loseAcquirer()
        case "bad_release": shop.release()
        case "intermittent_error": shop.loseUpdates()
        case "duplicate_payment": shop.chargeTwice()
        case "order_backlog": shop.blockPartition()
        default: shop.everydayTraffic()
        }
        return shop.telemetry
    }

    /// Carts that lose additions while every second checkout has a new version.
    ///
    /// - Parameter isHarmless: Whether checkouts of both versions fail alike, or those of the new one only.
    static func updatesLostBesideRelease(start: Moment, isHarmless: Bool) -> SyntheticTelemetry {
        var shop = SyntheticShop(start: start)
        shop.loseUpdates { index, checkout in
            checkout.version = index % 2 == 0 ? "1.4.3" : "1.4.2"
            return isHarmless ? index % 3 == 0 : index % 4 == 0
        }
        return shop.telemetry
    }

    private mutating func exhaustPool() {
        everydayTraffic { _, _ in
            var checkout = Checkout()
            checkout.reserve = 1500
            checkout.connectionWait = 1.4
            checkout.gatewayError = ("timeout", "Timed out: 430 ms were left.")
            checkout.paymentStatus = 504
            checkout.status = 504
            return checkout
        }
        // Five reports at a time, each with a connection for a second.
        for index in 0..<150 {
            let trace = telemetry.id()
            let time = Self.trouble.lowerBound - 0.5 + Double(index / 5)
            let report = telemetry.span(
                "stock_valuation_report",
                of: Self.inventory,
                in: trace,
                at: time,
                milliseconds: 1001
            )
            telemetry.span(
                "database_query",
                of: Self.inventory,
                in: trace,
                under: report,
                at: time,
                milliseconds: 1000,
                ["db.namespace": "stock", "db.collection.name": "stock_movement"]
            )
        }
    }

    private mutating func growAudit() {
        everydayTraffic { index, _ in
            guard index % 2 == 0 else { return nil }
            var checkout = Checkout()
            guard index % 4 == 0 else {
                checkout.isOpened = false
                checkout.status = 503
                return checkout
            }
            checkout.reserve = 1900
            checkout.transaction = 3
            checkout.gatewayError = ("timeout", "Timed out: 90 ms were left.")
            checkout.paymentStatus = 504
            checkout.status = 504
            return checkout
        }
        for tick in 0..<3 {
            telemetry.gauge(
                "inventory.audit.entries",
                of: Self.inventory,
                at: 62 + Double(tick) * 10,
                Double(250 + tick * 90)
            )
        }
    }

    /// `visa_cache_full` so fast that the cache was full before its gauge was exported again: it never read more than
    /// usual, and then 0.
    static func cacheFilledBetweenExports(start: Moment) -> SyntheticTelemetry {
        var shop = SyntheticShop(start: start)
        shop.refuseVisa()
        for entries in 49...60 {
            shop.telemetry.span(
                "cache_lookup",
                of: payment,
                in: shop.telemetry.id(),
                at: 60 + Double(entries - 49) / 100,
                milliseconds: 1,
                ["cache.name": "visa_validation", "cache.size": "\(entries)"]
            )
        }
        for tick in 0..<3 {
            shop.telemetry.gauge("visa_validation_cache.size", of: payment, at: 61 + Double(tick) * 10, 0)
        }
        return shop.telemetry
    }

    private mutating func fillCache() {
        refuseVisa()
        for tick in 0..<3 {
            telemetry.gauge("visa_validation_cache.size", of: Self.payment, at: 61 + Double(tick) * 10, 150)
        }
    }

    private mutating func refuseVisa() {
        everydayTraffic { index, _ in
            guard index % 5 != 4 else { return nil }
            var checkout = Checkout()
            checkout.paymentStatus = 500
            checkout.status = 500
            return checkout
        }
    }

    private mutating func lockCatalogue() {
        everydayTraffic()
        for tick in 0..<5 {
            let trace = telemetry.id()
            let time = Self.trouble.lowerBound + Double(tick) * 6
            let indexing = telemetry.span("price_reindex", of: Self.inventory, in: trace, at: time, milliseconds: 5601)
            telemetry.span(
                "database_transaction",
                of: Self.inventory,
                in: trace,
                under: indexing,
                at: time,
                milliseconds: 5600,
                ["db.namespace": "catalogue", "db.collection.name": "price_index"]
            )
        }
        for index in 0..<50 { addProductPage(at: 60.1 + Double(index) / 2, locked: true) }
    }

    private mutating func loseAcquirer() {
        everydayTraffic { index, _ in
            guard index % 5 == 4 else { return nil }
            var checkout = Checkout(card: "mastercard")
            checkout.gatewayError = ("acquirer_unavailable", "No acquirer for USD, 3 attempts failed.")
            checkout.paymentStatus = 502
            checkout.status = 502
            return checkout
        }
    }

    private mutating func release() {
        everydayTraffic { index, _ in
            guard index % 2 == 0 else { return nil }
            var checkout = Checkout(version: "1.5.0")
            guard index % 6 == 0 else { return checkout }
            checkout.status = 500
            checkout.categories = "books"
            checkout.ownFailure = "SampleApp.WrongTax"
            return checkout
        }
        for span in telemetry.spans where span.name == "checkout" && span.status == "Error" {
            telemetry.log(
                "Failed to place order",
                of: Self.shop,
                in: span.traceID,
                at: span.timestamp.seconds(since: telemetry.start),
                ["app.product.category": "books"]
            )
        }
    }

    /// - Parameter fails: Whether a checkout is one of those that fail.
    private mutating func loseUpdates(_ fails: (Int, inout Checkout) -> Bool = { index, _ in index % 3 == 0 }) {
        everydayTraffic { index, _ in
            var checkout = Checkout(session: "hasty-\(index)")
            guard fails(index, &checkout) else { return checkout }
            checkout.status = 500
            checkout.ownFailure = "SampleApp.CartError"
            return checkout
        }
        let failed = telemetry.spans.filter { $0.name == "checkout" && $0.status == "Error" }
        for span in failed {
            let time = span.timestamp.seconds(since: telemetry.start)
            for delay in [0.4, 0.399] {
                telemetry.span(
                    "add_to_cart",
                    of: Self.shop,
                    in: telemetry.id(),
                    at: time - delay,
                    milliseconds: 5,
                    ["session.id": span.attributes["session.id"] ?? ""]
                )
            }
            telemetry.log(
                "Failed to place order",
                of: Self.shop,
                in: span.traceID,
                at: time,
                ["cause": "cart total mismatch: the items cost 199.00 USD, the cart says 398.00 USD"]
            )
        }
    }

    /// Two orders a second, in two partitions; one cannot be picked, and those behind it are picked once it can.
    private mutating func blockPartition() {
        everydayTraffic()
        let end = Self.trouble.upperBound
        for index in 0..<Int(Self.length * 2) {
            let time = Double(index) / 2
            let message = SentOrder(number: index, at: time)
            let send = send(message)
            guard Self.trouble.contains(time), message.partition == "1" else {
                process(message, send, at: time + 0.01)
                continue
            }
            guard index == Int(Self.trouble.lowerBound) * 2 + 1 else {
                process(message, send, at: end + 0.1 + Double(index) / 1_000)
                continue
            }
            for attempt in 0..<29 {
                process(message, send, at: time + Double(attempt), attempt: attempt + 1, failed: true)
            }
            process(message, send, at: end, attempt: 30)
        }
    }

    private struct SentOrder {
        let number: Int
        let at: Double
        var partition: String { String(number % 2) }

        var attributes: [String: String] {
            [
                "messaging.message.id": "order-\(number)", "messaging.destination.name": "orders",
                "messaging.destination.partition.id": partition,
            ]
        }
    }

    private mutating func send(_ order: SentOrder) -> (trace: String, span: String) {
        let trace = telemetry.id()
        let span = telemetry.span(
            "send orders",
            of: Self.shop,
            kind: "Producer",
            in: trace,
            at: order.at,
            milliseconds: 3,
            order.attributes
        )
        return (trace, span)
    }

    private mutating func process(
        _ order: SentOrder,
        _ sent: (trace: String, span: String),
        at time: Double,
        attempt: Int = 1,
        failed: Bool = false
    ) {
        var attributes = order.attributes
        attributes["messaging.consumer.group.name"] = "picking"
        attributes["app.message.attempt"] = String(attempt)
        if failed { attributes["error.type"] = "shelf_not_found" }
        telemetry.span(
            "process orders",
            of: Self.inventory,
            kind: "Consumer",
            in: sent.trace,
            under: sent.span,
            at: time,
            milliseconds: 2,
            failed: failed,
            attributes
        )
    }

    private mutating func chargeTwice() {
        everydayTraffic()
        for index in 0..<15 {
            let time = 60.3 + Double(index) * 1.9
            var checkout = Checkout()
            checkout.orderID = "order-twice-\(telemetry.start.nanoseconds)-\(index)"
            add(checkout, at: time)
            let trace = telemetry.id()
            let server = telemetry.span(
                "POST /payment",
                of: Self.shop,
                kind: "Server",
                in: trace,
                at: time + 1,
                milliseconds: 60,
                status: 200
            )
            let process = telemetry.span(
                "process_payment",
                of: Self.shop,
                in: trace,
                under: server,
                at: time + 1.001,
                milliseconds: 55,
                ["app.order.id": checkout.orderID ?? ""]
            )
            charge(checkout, trace, process, at: time + 1.002)
        }
    }
}
