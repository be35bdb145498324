import Deadlines
import FoundationEssentials
import HTTPCore
import HTTPTypes
import Logging
import Metrics
import ServiceKit
import TextCoding

/// `POST /reserve`, `POST /reservations/{id}/commit` and `POST /reservations/{id}/release`.
struct ReservationRoutes: Sendable {
    let stock: StockRepository
    let audit: ReservationAudit
    let auditBacklog: Weakness
    let logger: Logger
    /// How long units are kept for an order that is not paid, in seconds.
    let timeToLive: Double

    private let reserved = Counter(label: "inventory.reservations", dimensions: [("inventory.outcome", "reserved")])
    private let refused = Counter(label: "inventory.reservations", dimensions: [("inventory.outcome", "refused")])

    init(
        stock: StockRepository,
        audit: ReservationAudit,
        auditBacklog: Weakness,
        logger: Logger,
        timeToLive: Double
    ) {
        self.stock = stock
        self.audit = audit
        self.auditBacklog = auditBacklog
        self.logger = logger
        self.timeToLive = timeToLive
    }

    func add(to router: inout Router) {
        router.post("/reserve") { request, _ in try await reserve(request) }
        router.post("/reservations/{id}/commit") { _, context in
            try await answering(context) { id in try await stock.commit(id, now: Date().timeIntervalSince1970) }
        }
        router.post("/reservations/{id}/release") { _, context in
            try await answering(context) { id in try await stock.release(id) }
        }
    }

    private func reserve(_ request: Request) async throws -> Response {
        let order = try await request.json(ReservationOrder.self)
        let lines = try order.lines()
        do {
            try await audit.append(order: order.orderID, lines: lines, excess: auditBacklog.intensity)
            guard Deadline.current?.hasPassed != true else { throw TimeSpent() }
            let reservation = try await stock.reserve(
                orderID: order.orderID,
                lines: lines,
                now: Date().timeIntervalSince1970,
                timeToLive: timeToLive
            )
            guard reservation.status == .active else {
                throw ReservationError.notActive(reservation.id, reservation.status)
            }
            reserved.increment()
            logger.info(
                "Stock reserved",
                metadata: [
                    "order.id": "\(order.orderID)", "reservation.id": "\(reservation.id)",
                    "units": "\(lines.reduce(0) { $0 + $1.quantity })",
                ]
            )
            return .json(ReservationDocument(reservation), status: .created)
        } catch let error as ReservationError {
            refused.increment()
            logger.warning(
                "Stock could not be reserved",
                metadata: ["order.id": "\(order.orderID)", "cause": "\(error.problem.detail ?? "")"]
            )
            throw error.problem
        } catch is TimeSpent, ComputeExecutorError.deadlineExceeded {
            logger.error("No time was left to reserve stock", metadata: ["order.id": "\(order.orderID)"])
            throw Problem(.gatewayTimeout, detail: "No time was left to reserve stock.")
        }
    }

    private func answering(
        _ context: RequestContext,
        _ change: (String) async throws -> Reservation
    ) async throws -> Response {
        do {
            let reservation = try await change(context.parameters["id"] ?? "")
            logger.info(
                "Reservation \(reservation.status.rawValue)",
                metadata: ["order.id": "\(reservation.orderID)", "reservation.id": "\(reservation.id)"]
            )
            return .json(ReservationDocument(reservation))
        } catch let error as ReservationError {
            throw error.problem
        }
    }
}

/// The caller's time was over before the stock was touched.
struct TimeSpent: Error {}

extension ReservationOrder {
    /// The lines, one for each product.
    ///
    /// - Throws: A 422 that names the field.
    fileprivate func lines() throws -> [Reservation.Line] {
        guard !orderID.isEmpty, orderID.unicodeScalars.count <= 128 else {
            throw Problem.invalid("order_id", "must be 1 to 128 characters long")
        }
        guard (1...Reservation.maximumLines).contains(items.count) else {
            throw Problem.invalid("items", "must have 1 to \(Reservation.maximumLines) elements")
        }
        var quantities: [String: Int] = [:]
        for (index, item) in items.enumerated() {
            try item.validate(at: "items[\(index)].")
            quantities[item.productID, default: 0] += item.quantity
        }
        // Sorted, so that the log reads the same for the same order.
        return quantities.sorted { $0.key < $1.key }.map { Reservation.Line(productID: $0.key, quantity: $0.value) }
    }
}

extension ReservationError {
    /// What the client is told.
    var problem: Problem {
        switch self {
        case .unknownProduct(let id):
            .notFound("There is no product '\(id.prefix(64))'.")
        case .outOfStock(let id, let wanted, let available):
            .conflict("Only \(available) of product '\(id)' are left; \(wanted) were wanted.")
        case .unknownReservation:
            .notFound("There is no such reservation.")
        case .notActive(_, let status):
            .conflict("The reservation is already \(status.rawValue).")
        }
    }
}

extension ReservationDocument {
    init(_ reservation: Reservation) {
        reservationID = reservation.id
        orderID = reservation.orderID
        status = reservation.status.rawValue
        expiresAt = RFC3339.text(Int64(reservation.expiresAt.rounded(.down)) * 1_000)
    }
}
