import GRDB
import MessageStream
import SQLitePool
import ServiceKit

/// Orders in the shop's database.
///
/// An order is changed by the request that makes it and by ``Settlement``. Each change names the revision that it was
/// made from and is refused when there is a later one, so that neither ever writes an older order back.
struct OrderRepository: Sendable {
    let pool: SQLitePool
    /// Where confirmed orders leave from, in the same database.
    let outbox: OrderOutbox

    init(pool: SQLitePool, outboxLimit: Int = 10_000) {
        self.pool = pool
        outbox = OrderOutbox(pool: pool, limit: outboxLimit)
    }

    /// Makes an order of a session's cart and keeps the cart from changing until the order has ended.
    ///
    /// - Throws: ``CartError``: `empty`, `checkoutUnderWay`, `totalMismatch`; ``OutboxFull``; what `tax` throws.
    func open(
        sessionID: String,
        email: String,
        now: Double,
        tax: @escaping @Sendable ([Cart.Line], Currency) throws -> Money
    ) async throws -> Order {
        let id = RandomIdentifier.make("ord")
        let closing = "UPDATE cart SET checkout_id = ? WHERE session_id = ?"
        return try await pool.write(.transaction("purchase", Cart.selection, Order.insertion, closing)) { db in
            guard let cart = try Cart.fetch(db, sessionID: sessionID), !cart.lines.isEmpty else {
                throw CartError.empty
            }
            try outbox.requireRoom(db)
            guard cart.checkoutID == nil else { throw CartError.checkoutUnderWay }
            guard cart.sumOfLines == cart.total else {
                throw CartError.totalMismatch(lines: cart.sumOfLines, total: cart.total)
            }
            let order = Order(
                id: id,
                sessionID: sessionID,
                email: email,
                lines: cart.lines,
                total: cart.total,
                tax: try tax(cart.lines, cart.total.currency),
                status: .created,
                createdAt: now
            )
            try order.insert(db)
            try db.cachedStatement(sql: closing).execute(arguments: [id, sessionID])
            return order
        }
    }

    /// Saves a step of an order. The last step empties the cart or gives it back, and a confirmed order goes into the
    /// outbox in the same transaction.
    ///
    /// - Parameter order: The order as it was read or last written, with what has changed.
    /// - Returns: The order with its new revision.
    /// - Throws: ``OrderMovedOn`` when the order was changed meanwhile; nothing is written then.
    func update(_ order: Order, now: Double) async throws -> Order {
        let change = """
            UPDATE purchase SET status = ?, reservation_id = ?, payment_id = ?, changed_at = ?, revision = revision + 1 \
            WHERE id = ? AND revision = ?
            """
        let headers = MessageHeaders.current
        let updated = try await pool.write(.transaction("purchase", change)) { db in
            try db.cachedStatement(sql: change).execute(
                arguments: [
                    order.status.rawValue, order.reservationID, order.paymentID, now, order.id, order.revision,
                ]
            )
            guard db.changesCount == 1 else { throw OrderMovedOn(current: try Order.fetch(db, order.id)) }
            switch order.status {
            case .paid, .confirmed:
                try db.cachedStatement(sql: "DELETE FROM cart WHERE checkout_id = ?").execute(arguments: [order.id])
            case .failed, .declined:
                try db.cachedStatement(sql: "UPDATE cart SET checkout_id = NULL WHERE checkout_id = ?")
                    .execute(arguments: [order.id])
            case .created, .reserved, .paying, .unsettled:
                break
            }
            if order.status == .confirmed { try outbox.put(order, headers: headers, now: now, in: db) }
            var updated = order
            updated.revision += 1
            return updated
        }
        if updated.status == .confirmed { outbox.filled.ring() }
        return updated
    }

    /// The order with an id.
    func order(_ id: String) async throws -> Order? {
        try await pool.read(.query("purchase", Order.selection)) { db in try Order.fetch(db, id) }
    }

    /// Orders that have not ended and were not changed since a moment, the oldest first.
    ///
    /// - Parameters:
    ///   - moment: For orders that a request is making or paying.
    ///   - unpaidMoment: For orders that wait for their payment.
    func stalled(since moment: Double, unpaidSince unpaidMoment: Double, limit: Int) async throws -> [Order] {
        let selection = """
            SELECT * FROM purchase \
            WHERE status IN ('created', 'paying', 'unsettled', 'paid') AND changed_at <= ? \
            OR status = 'reserved' AND changed_at <= ? \
            ORDER BY changed_at LIMIT ?
            """
        return try await pool.read(.query("purchase", selection)) { db in
            try Row.fetchAll(db.cachedStatement(sql: selection), arguments: [moment, unpaidMoment, limit]).map(
                Order.init(row:)
            )
        }
    }
}

/// An order was changed by another request since it was read.
struct OrderMovedOn: ExpectedOutcome, Equatable, CustomStringConvertible {
    /// The order as it is now.
    let current: Order?

    var description: String {
        "The order was changed meanwhile; it is \(current?.status.rawValue ?? "gone") now."
    }
}

extension Order {
    static let selection = "SELECT * FROM purchase WHERE id = ?"
    fileprivate static let insertion = """
        INSERT INTO purchase(id, session_id, email, lines, total, tax, currency, status, reservation_id, payment_id, \
        created_at, changed_at, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    fileprivate static func fetch(_ db: Database, _ id: String) throws -> Order? {
        try Row.fetchOne(db.cachedStatement(sql: selection), arguments: [id]).map(Order.init(row:))
    }

    fileprivate init(row: Row) throws {
        let lines: String = row["lines"]
        let currency = Currency(rawValue: row["currency"]) ?? CartRepository.currency
        self.init(
            id: row["id"],
            sessionID: row["session_id"],
            email: row["email"],
            lines: try JSON.decode([Cart.Line].self, from: Array(lines.utf8)),
            total: Money(row["total"], currency),
            tax: Money(row["tax"], currency),
            status: Status(rawValue: row["status"]) ?? .failed,
            reservationID: row["reservation_id"],
            paymentID: row["payment_id"],
            createdAt: row["created_at"],
            revision: row["revision"]
        )
    }

    fileprivate func insert(_ db: Database) throws {
        try db.cachedStatement(sql: Self.insertion).execute(
            arguments: [
                id, sessionID, email, String(decoding: JSON.encode(lines), as: UTF8.self), total.amount, tax.amount,
                total.currency.rawValue, status.rawValue, reservationID, paymentID, createdAt, createdAt, revision,
            ]
        )
    }
}
