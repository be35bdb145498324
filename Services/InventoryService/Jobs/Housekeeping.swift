import FoundationEssentials
import Logging
import ServiceKit
import ServiceLifecycle

/// Expires reservations, takes deliveries in, and deletes reservations that ended long ago.
struct Housekeeping: Service {
    let stock: StockRepository
    let logger: Logger
    /// How often it looks.
    var interval: Duration = .seconds(1)
    /// How long the outcome of a reservation is remembered, in seconds.
    var memory: Double = 3600

    func run() async throws {
        try await PeriodicWork(every: interval, logger: logger, failure: "Housekeeping failed; trying again") {
            try await look(at: Date().timeIntervalSince1970)
        }
        .run()
    }

    func look(at now: Double) async throws {
        let expired = try await stock.expire(now: now)
        if expired > 0 {
            logger.info(
                "Reservations expired and went back to the shelf",
                metadata: ["reservation.count": "\(expired)"]
            )
        }
        for delivery in try await stock.replenish(now: now) {
            logger.info(
                "Delivery received",
                metadata: ["product.id": "\(delivery.productID)", "quantity": "\(delivery.quantity)"]
            )
        }
        try await stock.forgetReservations(endedBefore: now - memory)
    }
}
