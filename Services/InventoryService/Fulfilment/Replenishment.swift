import GRDB
import SQLitePool
import ServiceKit

/// Proposes purchases: as soon as as many units of a product were sold as one delivery brings.
struct Replenishment: Sendable {
    let pool: SQLitePool

    private static let counting = "INSERT OR IGNORE INTO demand_order VALUES (?, ?)"
    private static let adding = """
        INSERT INTO demand VALUES (?, ?) ON CONFLICT(product_id) DO UPDATE SET units = units + excluded.units \
        RETURNING units
        """
    private static let proposing = "INSERT INTO purchase_proposal(product_id, quantity, at) VALUES (?, ?, ?)"

    /// Counts an order's units, once.
    ///
    /// - Returns: What is to be bought now.
    func count(_ order: ConfirmedOrder, now: Double) async throws -> [ConfirmedOrder.Item] {
        try await pool.write(.transaction("demand", Self.counting, Self.adding, Self.proposing)) { db in
            try db.cachedStatement(sql: Self.counting).execute(arguments: [order.orderID, now])
            guard db.changesCount == 1 else { return [] }
            var proposals: [ConfirmedOrder.Item] = []
            for item in order.items {
                let units = try Int.fetchOne(
                    db.cachedStatement(sql: Self.adding),
                    arguments: [item.productID, item.quantity]
                )
                let size = try Int.fetchOne(
                    db.cachedStatement(sql: "SELECT delivery_size FROM shelf WHERE product_id = ?"),
                    arguments: [item.productID]
                )
                guard let units, let size, size > 0, units >= size else { continue }
                let quantity = units / size * size
                try db.cachedStatement(sql: "UPDATE demand SET units = units - ? WHERE product_id = ?")
                    .execute(arguments: [quantity, item.productID])
                try db.cachedStatement(sql: Self.proposing).execute(arguments: [item.productID, quantity, now])
                proposals.append(ConfirmedOrder.Item(productID: item.productID, quantity: quantity))
            }
            return proposals
        }
    }
}
