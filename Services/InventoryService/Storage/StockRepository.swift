import GRDB
import SQLitePool
import ServiceKit
import Tracing

/// Stock and reservations. Every change is one transaction; the tables' own checks keep the books balanced.
struct StockRepository: Sendable {
    let pool: SQLitePool

    /// The stock of all products, or of some.
    func levels(of ids: [String]? = nil) async throws -> [String: StockLevel] {
        try await pool.withSpan(.query("stock")) { span in
            let levels = try await pool.read { db in
                guard let ids else {
                    return try Row.fetchAll(db, sql: "SELECT * FROM stock").map(StockLevel.init(row:))
                }
                return try ids.compactMap { id in
                    try Row.fetchOne(db, sql: "SELECT * FROM stock WHERE product_id = ?", arguments: [id])
                        .map(StockLevel.init(row:))
                }
            }
            span.attributes["db.response.returned_rows"] = levels.count
            return Dictionary(levels.map { ($0.productID, $0) }) { first, _ in first }
        }
    }

    /// Takes units off the shelf for an order.
    ///
    /// An order has one reservation: asking again gets the same one, whatever became of it.
    ///
    /// - Throws: ``ReservationError``; nothing is reserved then.
    func reserve(
        orderID: String,
        lines: [Reservation.Line],
        now: Double,
        timeToLive: Double
    ) async throws -> Reservation {
        let id = RandomReservationID.make()
        return try await pool.withSpan(.transaction("reservation")) { _ in
            try await pool.write { db in
                if let existing = try Reservation.fetch(db, where: "order_id = ?", orderID) { return existing }
                try db.execute(
                    sql: "INSERT INTO reservation VALUES (?, ?, 'active', ?, ?)",
                    arguments: [id, orderID, now, now + timeToLive]
                )
                for line in lines { try reserve(line, for: id, in: db) }
                return Reservation(
                    id: id,
                    orderID: orderID,
                    status: .active,
                    lines: lines,
                    expiresAt: now + timeToLive
                )
            }
        }
    }

    /// Sells what was reserved. Selling it again changes nothing.
    ///
    /// - Throws: ``ReservationError`` when there is no such reservation or its units went back to the shelf.
    func commit(_ id: String, now: Double) async throws -> Reservation {
        try await settle(id, as: .committed) { db, reservation in
            for line in reservation.lines {
                try db.execute(
                    sql: "UPDATE stock SET reserved = reserved - ?, sold = sold + ? WHERE product_id = ?",
                    arguments: [line.quantity, line.quantity, line.productID]
                )
                try StockMovement.record(.sale, line, now: now, db)
            }
        }
    }

    /// Puts what was reserved back on the shelf. Doing it again changes nothing.
    ///
    /// - Throws: ``ReservationError`` when there is no such reservation or it was sold.
    func release(_ id: String) async throws -> Reservation {
        try await settle(id, as: .released) { db, reservation in try putBack(reservation, in: db) }
    }

    /// Puts back what nobody committed in time; returns how many reservations that were.
    func expire(now: Double) async throws -> Int {
        let isDue = try await pool.read { db in
            let statement = "SELECT EXISTS (SELECT 1 FROM reservation WHERE status = 'active' AND expires_at <= ?)"
            return try Bool.fetchOne(db, sql: statement, arguments: [now]) ?? false
        }
        guard isDue else { return 0 }
        return try await pool.write { db in
            let due = try String.fetchAll(
                db,
                sql: "SELECT id FROM reservation WHERE status = 'active' AND expires_at <= ? LIMIT 500",
                arguments: [now]
            )
            for id in due {
                guard let reservation = try Reservation.fetch(db, where: "id = ?", id) else { continue }
                try putBack(reservation, in: db)
                try setStatus(.expired, of: id, in: db)
            }
            return due.count
        }
    }

    /// Forgets reservations that ended long ago, so that the table stays as large as the shop's business is.
    func forgetReservations(endedBefore: Double) async throws {
        try await pool.write { db in
            try db.execute(
                sql: """
                    DELETE FROM reservation WHERE id IN (
                        SELECT id FROM reservation WHERE status <> 'active' AND expires_at < ? LIMIT 1000
                    )
                    """,
                arguments: [endedBefore]
            )
        }
    }

    /// Takes in a delivery for each product whose shelf is nearly empty; returns what came.
    func replenish(now: Double) async throws -> [Reservation.Line] {
        let low = try await pool.read { db in
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM stock WHERE available < reorder_point)") ?? false
        }
        guard low else { return [] }
        return try await pool.write { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM stock WHERE available < reorder_point")
            return try rows.map { row in
                let line = Reservation.Line(productID: row["product_id"], quantity: row["delivery_size"])
                try db.execute(
                    sql: "UPDATE stock SET delivered = delivered + ?, available = available + ? WHERE product_id = ?",
                    arguments: [line.quantity, line.quantity, line.productID]
                )
                try StockMovement.record(.delivery, line, now: now, db)
                return line
            }
        }
    }
}

// MARK: - Steps of a transaction

extension StockRepository {
    private func reserve(_ line: Reservation.Line, for id: String, in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE stock SET available = available - ?, reserved = reserved + ?
                WHERE product_id = ? AND available >= ?
                """,
            arguments: [line.quantity, line.quantity, line.productID, line.quantity]
        )
        guard db.changesCount == 1 else {
            let statement = "SELECT available FROM stock WHERE product_id = ?"
            guard let available = try Int.fetchOne(db, sql: statement, arguments: [line.productID]) else {
                throw ReservationError.unknownProduct(line.productID)
            }
            throw ReservationError.outOfStock(
                productID: line.productID,
                wanted: line.quantity,
                available: available
            )
        }
        try db.execute(
            sql: "INSERT INTO reservation_line VALUES (?, ?, ?)",
            arguments: [id, line.productID, line.quantity]
        )
    }

    private func settle(
        _ id: String,
        as status: Reservation.Status,
        _ change: @escaping @Sendable (Database, Reservation) throws -> Void
    ) async throws -> Reservation {
        try await pool.withSpan(.transaction("reservation")) { _ in
            try await pool.write { db in
                guard let reservation = try Reservation.fetch(db, where: "id = ?", id) else {
                    throw ReservationError.unknownReservation(id)
                }
                if reservation.status == status { return reservation }
                guard reservation.status == .active else {
                    throw ReservationError.notActive(id, reservation.status)
                }
                try change(db, reservation)
                try setStatus(status, of: id, in: db)
                return Reservation(
                    id: id,
                    orderID: reservation.orderID,
                    status: status,
                    lines: reservation.lines,
                    expiresAt: reservation.expiresAt
                )
            }
        }
    }

    private func putBack(_ reservation: Reservation, in db: Database) throws {
        for line in reservation.lines {
            try db.execute(
                sql: "UPDATE stock SET reserved = reserved - ?, available = available + ? WHERE product_id = ?",
                arguments: [line.quantity, line.quantity, line.productID]
            )
        }
    }

    private func setStatus(_ status: Reservation.Status, of id: String, in db: Database) throws {
        try db.execute(
            sql: "UPDATE reservation SET status = ? WHERE id = ?",
            arguments: [status.rawValue, id]
        )
    }
}
