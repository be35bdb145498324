import GRDB
import SQLitePool
import ServiceKit

/// Orders in the shop's database.
struct OrderRepository: Sendable {
    let pool: SQLitePool

    /// Makes an order of a session's cart and keeps the cart from changing until the order has ended.
    ///
    /// - Throws: ``CartError``: `empty`, `checkoutUnderWay`, `totalMismatch`.
    func open(
        sessionID: String,
        email: String,
        now: Double,
        tax: @escaping @Sendable ([Cart.Line], Currency) throws -> Money
    ) async throws -> Order {
        let id = RandomIdentifier.make("ord")
        return try await pool.write { db in
            guard let cart = try Cart.fetch(db, sessionID: sessionID), !cart.lines.isEmpty else {
                throw CartError.empty
            }
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
            try db.execute(
                sql: "UPDATE cart SET checkout_id = ? WHERE session_id = ?",
                arguments: [id, sessionID]
            )
            return order
        }
    }

    /// Writes down a step of an order. When it is the last one, the cart is emptied or given back.
    func update(_ order: Order, now: Double) async throws {
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE purchase SET status = ?, reservation_id = ?, payment_id = ?, changed_at = ? WHERE id = ?
                    """,
                arguments: [order.status.rawValue, order.reservationID, order.paymentID, now, order.id]
            )
            switch order.status {
            case .paid, .confirmed:
                try db.execute(sql: "DELETE FROM cart WHERE checkout_id = ?", arguments: [order.id])
            case .failed, .declined:
                try db.execute(
                    sql: "UPDATE cart SET checkout_id = NULL WHERE checkout_id = ?",
                    arguments: [order.id]
                )
            case .created, .paying, .unsettled:
                break
            }
        }
    }

    /// The order with an id.
    func order(_ id: String) async throws -> Order? {
        try await pool.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM purchase WHERE id = ?", arguments: [id]).map(Order.init(row:))
        }
    }

    /// Orders that have not ended and that nobody has touched since a moment, the oldest first.
    func stalled(since moment: Double, limit: Int) async throws -> [Order] {
        try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM purchase
                    WHERE status IN ('created', 'paying', 'unsettled', 'paid') AND changed_at <= ?
                    ORDER BY changed_at LIMIT ?
                    """,
                arguments: [moment, limit]
            ).map(Order.init(row:))
        }
    }
}

extension Order {
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
            createdAt: row["created_at"]
        )
    }

    fileprivate func insert(_ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO purchase VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                id, sessionID, email, String(decoding: JSON.encode(lines), as: UTF8.self), total.amount, tax.amount,
                total.currency.rawValue, status.rawValue, reservationID, paymentID, createdAt, createdAt,
            ]
        )
    }
}
