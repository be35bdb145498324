import GRDB
import SQLitePool
import ServiceKit
import Tracing

/// What the stock is worth, layer by layer as it came in: first in, first out, as accountants value it.
struct StockValuation: Sendable {
    /// The value of one product's stock.
    struct Line: Sendable, Equatable {
        let productID: String
        let units: Int
        let value: Money
    }

    /// The pool that the report takes its connection from.
    let pool: SQLitePool
    /// The time for one product: the rest of it is a pause, so that the report leaves the processor to requests.
    var pace: Duration = .milliseconds(24)

    /// Values the stock as it was at the end of each of the last days.
    ///
    /// The report keeps one connection from beginning to end, so that all its figures come from the same place.
    ///
    /// - Parameter days: How many days are valued; the last one is today.
    func compute(days: Int, now: Double) async throws -> [Line] {
        try await pool.withSpan(.query("stock_movement", Self.statement)) { span in
            try await pool.withConnection { connection in
                let ids = try await connection.read { db in
                    try String.fetchAll(db, sql: "SELECT product_id FROM stock ORDER BY product_id")
                }
                var lines: [Line] = []
                let started = ContinuousClock.now
                for (index, id) in ids.enumerated() {
                    lines.append(try await connection.read { db in try Self.value(id, days: days, now: now, db) })
                    try await Task.sleep(until: started + pace * (index + 1), clock: .continuous)
                }
                span.attributes["db.response.returned_rows"] = lines.count
                return lines
            }
        }
    }

    private static func value(_ id: String, days: Int, now: Double, _ db: Database) throws -> Line {
        var units = 0
        var value = 0
        for day in (0..<days).reversed() {
            let row = try Row.fetchOne(
                db,
                sql: statement,
                arguments: ["product": id, "until": now - Double(day) * 86_400]
            )
            units = row?["units"] ?? 0
            value = row?["value"] ?? 0
        }
        return Line(productID: id, units: units, value: Money(value, .usd))
    }

    /// Each layer counts as far as the units on hand reach down to it: what came in later is used up last.
    ///
    /// The window adds the layers up from the newest on, in one pass. Asking each layer for the sum of those after it
    /// took the square of their number.
    private static let statement = """
        WITH movement AS (
            SELECT id, at, unit_cost, quantity, kind = 'sale' AS is_sale
            FROM stock_movement WHERE product_id = :product AND at <= :until
        ), hand AS (
            SELECT coalesce(sum(CASE WHEN is_sale THEN -quantity ELSE quantity END), 0) AS units FROM movement
        ), layer AS (
            SELECT quantity, unit_cost, sum(quantity) OVER (ORDER BY at DESC, id DESC) - quantity AS later
            FROM movement WHERE NOT is_sale
        )
        SELECT hand.units AS units,
            coalesce(sum(layer.unit_cost * max(0, min(layer.quantity, hand.units - layer.later))), 0) AS value
        FROM hand LEFT JOIN layer
        """
}
