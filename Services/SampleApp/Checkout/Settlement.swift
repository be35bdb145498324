import FoundationEssentials
import Logging
import ServiceKit
import ServiceLifecycle

/// Finishes orders that a crash, a lost answer or a spent budget left unfinished.
struct Settlement: Service {
    let orders: OrderRepository
    let carts: CartRepository
    let inventory: InventoryClient
    let payments: PaymentClient
    let logger: Logger
    /// How often it looks.
    var interval: Duration = .seconds(2)
    /// How long an order is left to the request that makes or pays it, in seconds; longer than a checkout may take.
    var patience: Double = 15
    /// How long an order may wait for its payment, in seconds; shorter than its stock is reserved.
    var paymentPatience: Double = 90
    /// How long an untouched cart is kept, in seconds.
    var cartMemory: Double = 86_400

    func run() async throws {
        try await PeriodicWork(every: interval, logger: logger, failure: "Orders could not be settled; trying again") {
            try await settle(at: Date().timeIntervalSince1970)
        }
        .run()
    }

    /// Settles what is due. One order's failure does not hold up the others.
    func settle(at now: Double) async throws {
        let due = try await orders.stalled(since: now - patience, unpaidSince: now - paymentPatience, limit: 50)
        for order in due {
            do {
                try await settle(order, at: now)
            } catch is OrderMovedOn {
                // The request that made the order has continued with it.
            } catch {
                logger.warning(
                    "An order could not be settled yet",
                    metadata: ["order.id": "\(order.id)", "cause": "\(error)"]
                )
                // Written unchanged with a new time, so that other orders come first next time.
                do { _ = try await orders.update(order, now: now) } catch is OrderMovedOn {}
            }
        }
        try await carts.forget(changedBefore: now - cartMemory)
    }

    private func settle(_ order: Order, at now: Double) async throws {
        var order = order
        if order.status != .paid {
            let payment = try await payments.settle(key: order.paymentKey)
            order.paymentID = payment.paymentID.isEmpty ? nil : payment.paymentID
            order.status = payment.status == "captured" ? .paid : .failed
        }
        if order.status == .paid {
            order = try await orders.update(order, now: now)
            try await sell(&order)
            order.status = .confirmed
        } else if let reservationID = order.reservationID {
            _ = try? await inventory.release(reservationID)
        }
        order = try await orders.update(order, now: now)
        logger.info(
            "Order settled",
            metadata: ["order.id": "\(order.id)", "order.status": "\(order.status.rawValue)"]
        )
    }

    /// Turns the reservation into a sale, with a new reservation when the first one has expired.
    private func sell(_ order: inout Order) async throws {
        do {
            if let reservationID = order.reservationID {
                _ = try await inventory.commit(reservationID)
                return
            }
        } catch let error as ServiceCallError where error.isRefusal {
            logger.warning("A paid order's reservation is gone", metadata: ["order.id": "\(order.id)"])
        }
        let again = try await inventory.reserve(order.lines, orderID: "\(order.id)-again")
        order.reservationID = again.reservationID
        _ = try await inventory.commit(again.reservationID)
    }
}
