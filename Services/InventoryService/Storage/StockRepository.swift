import GRDB
import SQLitePool
import ServiceKit
import Tracing

/// Stock and reservations. Every change is one transaction; the tables' own checks keep the books balanced.
struct StockRepository: Sendable {
    let pool: SQLitePool

    /// The stock of all products, or of some.
    func levels(of ids: [String]? = nil) async throws -> [String: StockLevel] {
        let statement = ids == nil ? "SELECT * FROM stock" : "SELECT * FROM stock WHERE product_id = ?"
        let levels: [StockLevel] = try await pool.read(.query("stock", statement)) { db in
            let selection = try db.cachedStatement(sql: statement)
            guard let ids else { return try Array(Row.fetchCursor(selection).map(StockLevel.init(row:))) }
            return try ids.compactMap { id in
                try Row.fetchOne(selection, arguments: [id]).map(StockLevel.init(row:))
            }
        }
        return Dictionary(levels.map { ($0.productID, $0) }) { first, _ in first }
    }

    /// Takes units off the shelf for an order.
    ///
    /// An order has one reservation: asking again gets the same one, also when it has ended.
    ///
    /// - Throws: ``ReservationError``; nothing is reserved then.
    func reserve(
        orderID: String,
        lines: [Reservation.Line],
        now: Double,
        timeToLive: Double
    ) async throws -> Reservation {
        let id = RandomReservationID.make()
        let insertion = "INSERT INTO reservation VALUES (?, ?, 'active', ?, ?)"
        return try await pool.write(.transaction("reservation", insertion, Self.taking, Self.lineInsertion)) { db in
            if let existing = try Reservation.fetch(db, where: "order_id = ?", orderID) { return existing }
            try db.cachedStatement(sql: insertion).execute(arguments: [id, orderID, now, now + timeToLive])
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

    /// Sells what was reserved. Selling it again changes nothing.
    ///
    /// - Throws: ``ReservationError`` when there is no such reservation or its units went back to the shelf.
    func commit(_ id: String, now: Double) async throws -> Reservation {
        try await settle(id, as: .committed) { db, reservation in
            for line in reservation.lines {
                try db.cachedStatement(sql: Self.selling).execute(
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

    /// Puts expired reservations back; returns how many there were.
    func expire(now: Double) async throws -> Int {
        let question = "SELECT EXISTS (SELECT 1 FROM reservation WHERE status = 'active' AND expires_at <= ?)"
        let isDue = try await pool.read(.query("reservation", question)) { db in
            try Bool.fetchOne(db.cachedStatement(sql: question), arguments: [now]) ?? false
        }
        guard isDue else { return 0 }
        let selection = "SELECT id FROM reservation WHERE status = 'active' AND expires_at <= ? LIMIT 500"
        return try await pool.write(.transaction("reservation", selection, Self.puttingBack)) { db in
            let due = try String.fetchAll(db.cachedStatement(sql: selection), arguments: [now])
            for id in due {
                guard let reservation = try Reservation.fetch(db, where: "id = ?", id) else { continue }
                try putBack(reservation, in: db)
                try setStatus(.expired, of: id, in: db)
            }
            return due.count
        }
    }

    /// Deletes reservations that ended long ago, so that the table does not grow without bound.
    func forgetReservations(endedBefore: Double) async throws {
        let deletion = """
            DELETE FROM reservation WHERE id IN (\
            SELECT id FROM reservation WHERE status <> 'active' AND expires_at < ? LIMIT 1000)
            """
        try await pool.write(.transaction("reservation", deletion)) { db in
            try db.cachedStatement(sql: deletion).execute(arguments: [endedBefore])
        }
    }

    /// Takes in a delivery for each product whose shelf is nearly empty; returns what came.
    func replenish(now: Double) async throws -> [Reservation.Line] {
        let question = "SELECT EXISTS (SELECT 1 FROM stock WHERE available < reorder_point)"
        let low = try await pool.read(.query("stock", question)) { db in
            try Bool.fetchOne(db.cachedStatement(sql: question)) ?? false
        }
        guard low else { return [] }
        let selection = "SELECT * FROM stock WHERE available < reorder_point"
        let change = "UPDATE stock SET delivered = delivered + ?, available = available + ? WHERE product_id = ?"
        return try await pool.write(.transaction("stock", selection, change)) { db in
            try Row.fetchAll(db.cachedStatement(sql: selection)).map { row in
                let line = Reservation.Line(productID: row["product_id"], quantity: row["delivery_size"])
                try db.cachedStatement(sql: change).execute(arguments: [line.quantity, line.quantity, line.productID])
                try StockMovement.record(.delivery, line, now: now, db)
                return line
            }
        }
    }
}

// MARK: - Steps of a transaction

extension StockRepository {
    private static let taking = """
        UPDATE stock SET available = available - ?, reserved = reserved + ? WHERE product_id = ? AND available >= ?
        """
    private static let lineInsertion = "INSERT INTO reservation_line VALUES (?, ?, ?)"
    private static let selling = "UPDATE stock SET reserved = reserved - ?, sold = sold + ? WHERE product_id = ?"
    private static let puttingBack = """
        UPDATE stock SET reserved = reserved - ?, available = available + ? WHERE product_id = ?
        """
    private static let settling = "UPDATE reservation SET status = ? WHERE id = ?"

    private func reserve(_ line: Reservation.Line, for id: String, in db: Database) throws {
        try db.cachedStatement(sql: Self.taking).execute(
            arguments: [line.quantity, line.quantity, line.productID, line.quantity]
        )
        guard db.changesCount == 1 else {
            let statement = "SELECT available FROM stock WHERE product_id = ?"
            guard let available = try Int.fetchOne(db.cachedStatement(sql: statement), arguments: [line.productID])
            else {
                throw ReservationError.unknownProduct(line.productID)
            }
            throw ReservationError.outOfStock(
                productID: line.productID,
                wanted: line.quantity,
                available: available
            )
        }
        try db.cachedStatement(sql: Self.lineInsertion).execute(arguments: [id, line.productID, line.quantity])
    }

    private func settle(
        _ id: String,
        as status: Reservation.Status,
        _ change: @escaping @Sendable (Database, Reservation) throws -> Void
    ) async throws -> Reservation {
        try await pool.write(.transaction("reservation", Reservation.selection(where: "id = ?"), Self.settling)) { db in
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

    private func putBack(_ reservation: Reservation, in db: Database) throws {
        for line in reservation.lines {
            try db.cachedStatement(sql: Self.puttingBack).execute(arguments: [
                line.quantity, line.quantity, line.productID,
            ])
        }
    }

    private func setStatus(_ status: Reservation.Status, of id: String, in db: Database) throws {
        try db.cachedStatement(sql: Self.settling).execute(arguments: [status.rawValue, id])
    }
}
