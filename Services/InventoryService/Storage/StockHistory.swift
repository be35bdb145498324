import GRDB
import ServiceKit

/// The deliveries of the two years before the shop opened here, so that reports have something to read from the first day.
enum StockHistory {
    /// Deliveries of each product.
    static let deliveries = 120
    private static let span = 730.0 * 86_400

    /// Writes the past of a product: deliveries at changing prices, each sold out before the opening.
    static func write(_ entry: CatalogueEntry, now: Double, _ db: Database) throws {
        let insert = try db.makeStatement(
            sql: "INSERT INTO stock_movement(product_id, kind, quantity, unit_cost, at) VALUES (?, ?, ?, ?, ?)"
        )
        for number in 0..<deliveries {
            let at = now - span + span * Double(number) / Double(deliveries)
            let quantity = 50 + number * 37 % 90
            // Costs rose by about a fifth over the two years, not evenly.
            let cost = entry.unitCost.amount * (820 + number * 180 / deliveries + number * 53 % 40) / 1000
            try insert.execute(arguments: [entry.product.id, "delivery", quantity, max(1, cost), at])
            try insert.execute(arguments: [entry.product.id, "sale", quantity, max(1, cost), at + 86_400])
        }
    }
}
