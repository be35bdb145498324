import Deadlines
import FoundationEssentials
import Logging
import ServiceKit
import Tracing

/// Buys a cart: open the payment, reserve, pay, commit, each within what is left of one time budget.
///
/// The payment is opened first, so that goods are set aside only for what can be paid: payment-service keeps a place for
/// it until the goods are reserved and it is made.
///
/// Every step is written down before the next begins, so that ``Settlement`` can finish what a crash or a lost answer
/// left open: no order is paid and lost, and none is paid twice.
struct Checkout: Sendable {
    let orders: OrderRepository
    let inventory: InventoryClient
    let payments: PaymentClient
    let rollout: Rollout
    let logger: Logger
    /// How long the whole may take.
    let budget: Duration

    /// Buys what is in the session's cart: checkout and payment in one.
    ///
    /// - Throws: ``CartError``, ``WrongTax``, ``OutboxFull``, `ServiceCallError`, ``OrderMovedOn``.
    func buy(_ session: Session, email: String, card: CardDocument) async throws -> Order {
        try await Deadline.after(budget).enforce {
            try await withSpan("checkout") { span in
                let reserved = try await place(session, email: email, becoming: .paying, span)
                let paid = try await pay(reserved, card)
                return try await commit(paid)
            }
        }
    }

    /// Makes an order of the session's cart and reserves its stock; ``pay(_:with:)`` pays it.
    ///
    /// - Throws: ``CartError``, ``WrongTax``, ``OutboxFull``, `ServiceCallError`, ``OrderMovedOn``.
    func start(_ session: Session, email: String) async throws -> Order {
        try await Deadline.after(budget).enforce {
            try await withSpan("checkout") { span in
                try await place(session, email: email, becoming: .reserved, span)
            }
        }
    }

    /// Pays an order that was started.
    ///
    /// - Throws: `ServiceCallError`, ``OutboxFull``, ``OrderMovedOn`` when another request pays it or it has ended.
    func pay(_ order: Order, with card: CardDocument) async throws -> Order {
        try await Deadline.after(budget).enforce {
            try await orders.outbox.requireRoom()
            var order = order
            order.status = .paying
            order = try await orders.update(order, now: now)
            return try await commit(try await pay(order, card))
        }
    }

    private func place(
        _ session: Session,
        email: String,
        becoming status: Order.Status,
        _ span: any Span
    ) async throws -> Order {
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
        // Who pays later takes a place then; nobody knows how long that shopper will think.
        guard status == .paying else { return try await reserve(order, becoming: status) }
        try await openPayment(of: order)
        do {
            return try await reserve(order, becoming: status)
        } catch let error as ServiceCallError where error.isRefusal {
            await closePayment(of: order)
            throw error
        }
    }

    private func openPayment(of order: Order) async throws {
        do {
            try await payments.open(key: order.paymentKey)
        } catch {
            // Nothing is reserved and no money was asked for.
            await end(order, as: .failed, because: error)
            throw error
        }
    }

    /// A place that cannot be given up is given up by itself when the checkout's time is over.
    private func closePayment(of order: Order) async {
        do {
            try await payments.close(key: order.paymentKey)
        } catch {
            logger.warning(
                "The payment stays open until its time is over",
                metadata: ["order.id": "\(order.id)", "cause": "\(error)"]
            )
        }
    }

    private func reserve(_ order: Order, becoming status: Order.Status) async throws -> Order {
        var order = order
        do {
            let reservation = try await inventory.reserve(order.lines, orderID: order.id)
            order.reservationID = reservation.reservationID
            order.status = status
            order = try await orders.update(order, now: now)
            log("Stock reserved for the order", order)
            return order
        } catch {
            // A reservation that was made after all expires by itself.
            await end(order, as: .failed, because: error)
            throw error
        }
    }

    private func pay(_ order: Order, _ card: CardDocument) async throws -> Order {
        do {
            let payment = try await processPayment(order, card)
            return try await writeDown(payment, of: order)
        } catch let error as ServiceCallError where error.isRefusal {
            await release(order)
            await end(order, as: error.isDecline ? .declined : .failed, because: error)
            throw error
        } catch let error as OrderMovedOn {
            throw error
        } catch {
            await end(order, as: .unsettled, because: error)
            throw error
        }
    }

    /// Records the payment also when the budget is spent, since the money has moved.
    func writeDown(_ payment: PaymentClient.Payment, of order: Order) async throws -> Order {
        var paid = order
        paid.paymentID = payment.paymentID
        paid.status = .paid
        do {
            let written = try await Deadline.lifted { [paid] in try await orders.update(paid, now: now) }
            log("Order paid", written)
            return written
        } catch let error as OrderMovedOn {
            // Settlement has already found the same payment.
            guard let current = error.current, current.status.isPaid else { throw error }
            return current
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
        guard order.status == .paid, let reservationID = order.reservationID else { return order }
        do {
            _ = try await inventory.commit(reservationID)
            var confirmed = order
            confirmed.status = .confirmed
            confirmed = try await orders.update(confirmed, now: now)
            log("Order confirmed", confirmed)
            return confirmed
        } catch let error as OrderMovedOn {
            return error.current ?? order
        } catch {
            logger.warning(
                "The sale is committed later",
                metadata: ["order.id": "\(order.id)", "cause": "\(error)"]
            )
            return order
        }
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
    private func end(_ order: Order, as status: Order.Status, because error: any Error) async {
        var ended = order
        ended.status = status
        let level: Logger.Level = (error as? ServiceCallError)?.isRefusal == true ? .warning : .error
        logger.log(
            level: level,
            "Failed to place order",
            metadata: [
                "order.id": "\(ended.id)", "order.status": "\(status.rawValue)",
                "cause": "\((error as? ServiceCallError)?.summary ?? "\(error)")",
            ]
        )
        ended.count()
        // A task of its own, since the request's may be cancelled.
        await Task { [logger, orders, now, ended] in
            do {
                _ = try await Deadline.lifted { try await orders.update(ended, now: now) }
            } catch let error as OrderMovedOn {
                logger.info(
                    "The order's end was written down already",
                    metadata: [
                        "order.id": "\(ended.id)", "order.status": "\(error.current?.status.rawValue ?? "gone")",
                    ]
                )
            } catch {
                logger.error("An order's end could not be written down", error: error)
            }
        }.value
    }

    private func log(_ message: Logger.Message, _ order: Order) {
        if order.status == .confirmed { order.count() }
        logger.info(
            message,
            metadata: [
                "order.id": "\(order.id)", "order.status": "\(order.status.rawValue)", "amount": "\(order.total)",
            ]
        )
    }

    private var now: Double { Date().timeIntervalSince1970 }
}
