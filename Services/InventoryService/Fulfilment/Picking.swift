import GRDB
public import MessageStream
public import SQLitePool
import ServiceKit

/// The pick list: each confirmed order is picked once, from the shelves where its products lie.
struct Picking: Sendable {
    let pool: SQLitePool

    private static let insertion = "INSERT OR IGNORE INTO pick VALUES (?, ?)"
    private static let lineInsertion = "INSERT INTO pick_line VALUES (?, ?, ?, ?)"
    private static let finding = "SELECT location FROM shelf WHERE product_id = ?"

    /// Picks an order; one that was picked before stays as it is.
    ///
    /// - Returns: Whether it was picked now.
    /// - Throws: ``NotPickable``; nothing is written then.
    func pick(_ order: ConfirmedOrder, now: Double) async throws -> Bool {
        let quantities = order.items.reduce(into: [:]) { $0[$1.productID, default: 0] += $1.quantity }
        return try await pool.write(.transaction("pick", Self.insertion, Self.finding, Self.lineInsertion)) { db in
            try db.cachedStatement(sql: Self.insertion).execute(arguments: [order.orderID, now])
            guard db.changesCount == 1 else { return false }
            for (product, quantity) in quantities.sorted(by: { $0.key < $1.key }) {
                let row = try Row.fetchOne(db.cachedStatement(sql: Self.finding), arguments: [product])
                guard let row else { throw NotPickable.unknownProduct(product) }
                guard let location: String = row["location"] else { throw NotPickable.noShelf(product) }
                try db.cachedStatement(sql: Self.lineInsertion)
                    .execute(arguments: [order.orderID, product, location, quantity])
            }
            return true
        }
    }

    /// Deletes picks of long ago.
    func forget(before moment: Double) async throws {
        try await pool.write { db in
            for (table, column) in [("pick", "picked_at"), ("demand_order", "counted_at")] {
                let deletion = """
                    DELETE FROM \(table) WHERE order_id IN \
                    (SELECT order_id FROM \(table) WHERE \(column) < ? LIMIT 1000)
                    """
                try db.cachedStatement(sql: deletion).execute(arguments: [moment])
            }
            try db.cachedStatement(sql: "DELETE FROM purchase_proposal WHERE at < ?").execute(arguments: [moment])
        }
    }
}

/// Why an order cannot be picked as it is.
enum NotPickable: MessageError, ExpectedOutcome, Equatable, CustomStringConvertible {
    case unknownProduct(String)
    case noShelf(String)

    var errorType: String {
        switch self {
        case .unknownProduct: "unknown_product"
        case .noShelf: "shelf_not_found"
        }
    }

    /// The warehouse learns of its products when it starts; a shelf may be filled again.
    var isFinal: Bool {
        switch self {
        case .unknownProduct: true
        case .noShelf: false
        }
    }

    var description: String {
        switch self {
        case .unknownProduct(let product): "The warehouse has no product '\(product)'."
        case .noShelf(let product): "Product '\(product)' lies on no shelf."
        }
    }
}

extension SQLitePoolError: MessageError {}
