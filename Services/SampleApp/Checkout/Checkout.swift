import Deadlines
import FoundationEssentials
import HTTPTypes
import Logging
import Metrics
import ServiceKit
import Tracing

/// Buys a cart: reserve, pay, commit, each within what is left of one time budget.
///
/// Every step is written down before the next begins, so that ``Settlement`` can finish what a crash or a lost answer left
/// open: no order is paid and lost, and none is paid twice.
struct Checkout: Sendable {
    let orders: OrderRepository
    let inventory: InventoryClient
    let payments: PaymentClient
    let rollout: Rollout
    let logger: Logger
    /// How long the whole may take.
    let budget: Duration

    /// Buys what is in the session's cart.
    ///
    /// - Throws: ``CheckoutError``, ``CartError``, `ServiceCallError`.
    func buy(_ session: Session, email: String, card: CardDocument) async throws -> Order {
        try await Deadline.after(budget).enforce {
            try await withSpan("checkout") { span in
                let taxes = rollout.taxTable(for: session.id)
                span.updateAttributes { attributes in
                    attributes["userEmail"] = email
                    attributes["service.version"] = taxes.version
                }
                let order = try await orders.open(sessionID: session.id, email: email, now: now) { lines, currency in
                    // Said before the tax is computed: an order that fails there is to be compared with the others.
                    span.updateAttributes { attributes in
                        attributes["app.order.items"] = lines.count
                        attributes["app.order.categories"] = Set(lines.map(\.category)).sorted().joined(separator: ",")
                    }
                    return try taxes.verified(lines, currency)
                }
                span.updateAttributes { attributes in
                    attributes["app.order.id"] = order.id
                    attributes["app.order.amount"] = order.total.amount
                    attributes["app.order.currency"] = order.total.currency.rawValue
                }
                log("Checkout started", order)
                let reserved = try await reserve(order)
                let paid = try await pay(reserved, card)
                return try await commit(paid)
            }
        }
    }

    private func reserve(_ order: Order) async throws -> Order {
        var order = order
        do {
            let reservation = try await inventory.reserve(order.lines, orderID: order.id)
            order.reservationID = reservation.reservationID
            order.status = .paying
            try await orders.update(order, now: now)
            log("Stock reserved for the order", order)
            return order
        } catch {
            // What may have been reserved after all goes back to the shelf when it expires.
            order.status = .failed
            await finish(order, because: error)
            throw error
        }
    }

    private func pay(_ order: Order, _ card: CardDocument) async throws -> Order {
        var order = order
        do {
            let payment = try await processPayment(order, card)
            order.paymentID = payment.paymentID
            order.status = .paid
            // The money has moved: that is written down also when the budget is spent.
            try await Deadline.lifted { try await orders.update(order, now: now) }
            log("Order paid", order)
            return order
        } catch let error as ServiceCallError where error.isRefusal {
            order.status = error.isDecline ? .declined : .failed
            await release(order)
            await finish(order, because: error)
            throw error
        } catch {
            order.status = .unsettled
            await finish(order, because: error)
            throw error
        }
    }

    private func processPayment(_ order: Order, _ card: CardDocument) async throws -> PaymentClient.Payment {
        try await withSpan("process_payment") { span in
            span.updateAttributes { attributes in
                attributes["userEmail"] = order.email
                attributes["app.order.id"] = order.id
                attributes["app.payment.amount"] = order.total.amount
                attributes["app.payment.currency"] = order.total.currency.rawValue
            }
            return try await payments.process(
                orderID: order.id,
                amount: order.total,
                card: card,
                key: order.paymentKey
            )
        }
    }

    /// The sale is final even when inventory-service cannot be told now: ``Settlement`` tells it later.
    private func commit(_ order: Order) async throws -> Order {
        var order = order
        guard let reservationID = order.reservationID else { return order }
        do {
            _ = try await inventory.commit(reservationID)
            order.status = .confirmed
            try await orders.update(order, now: now)
            log("Order confirmed", order)
        } catch {
            logger.warning(
                "The sale is committed later",
                metadata: ["order.id": "\(order.id)", "cause": "\(error)"]
            )
        }
        return order
    }

    private func release(_ order: Order) async {
        guard let reservationID = order.reservationID else { return }
        do {
            _ = try await inventory.release(reservationID)
        } catch {
            logger.warning(
                "The reservation goes back when it expires",
                metadata: ["order.id": "\(order.id)", "cause": "\(error)"]
            )
        }
    }

    /// Writes down how the order ended, also when the request was cancelled or its time is over.
    private func finish(_ order: Order, because error: any Error) async {
        let level: Logger.Level = (error as? ServiceCallError)?.isRefusal == true ? .warning : .error
        logger.log(
            level: level,
            "Failed to place order",
            metadata: [
                "order.id": "\(order.id)", "order.status": "\(order.status.rawValue)",
                "cause": "\((error as? ServiceCallError)?.summary ?? "\(error)")",
            ]
        )
        count(order)
        let orders = orders
        // A task of its own, since the request's may be cancelled.
        await Task { [logger, now] in
            do {
                try await Deadline.lifted { try await orders.update(order, now: now) }
            } catch {
                logger.error("An order's end could not be written down", error: error)
            }
        }.value
    }

    private func log(_ message: Logger.Message, _ order: Order) {
        if order.status == .confirmed { count(order) }
        logger.info(
            message,
            metadata: [
                "order.id": "\(order.id)", "order.status": "\(order.status.rawValue)", "amount": "\(order.total)",
            ]
        )
    }

    private func count(_ order: Order) {
        Counter(label: "shop.orders", dimensions: [("shop.order.status", order.status.rawValue)]).increment()
    }

    private var now: Double { Date().timeIntervalSince1970 }
}

extension ServiceCallError {
    /// The service understood and said no: nothing happened there, and nothing will.
    var isRefusal: Bool {
        if case .refused(_, let status, _) = self { status.kind == .clientError } else { false }
    }

    /// What happened, as an engineer of the shop would say it.
    var summary: String {
        guard service == "payment-service", case .refused(_, let status, let problem) = self else { return description }
        return "failed to charge card: could not charge the card: \(problem?.detail ?? status.reasonPhrase)"
    }

    /// The card's bank said no.
    var isDecline: Bool {
        if case .refused(_, let status, _) = self { status.code == 402 } else { false }
    }
}
