import GRDB
import SQLitePool
import ServiceKit

extension StockLevel {
    init(row: Row) {
        self.init(
            productID: row["product_id"],
            initial: row["initial"],
            delivered: row["delivered"],
            available: row["available"],
            reserved: row["reserved"],
            sold: row["sold"]
        )
    }
}

extension Reservation {
    static func selection(where condition: String) -> String { "SELECT * FROM reservation WHERE \(condition)" }

    private static let lineSelection = "SELECT * FROM reservation_line WHERE reservation_id = ? ORDER BY product_id"

    /// The one reservation that a condition with one argument finds.
    static func fetch(_ db: Database, where condition: String, _ argument: String) throws -> Reservation? {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: selection(where: condition)), arguments: [argument])
        else {
            return nil
        }
        let id: String = row["id"]
        let lines = try Row.fetchAll(db.cachedStatement(sql: lineSelection), arguments: [id])
        return Reservation(
            id: id,
            orderID: row["order_id"],
            status: Status(rawValue: row["status"]) ?? .expired,
            lines: lines.map { Line(productID: $0["product_id"], quantity: $0["quantity"]) },
            expiresAt: row["expires_at"]
        )
    }
}

/// Names of reservations.
enum RandomReservationID {
    static func make() -> String { RandomIdentifier.make("res") }
}

extension ReservationError: ExpectedOutcome {}
