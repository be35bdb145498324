import FoundationEssentials
import GRDB
import SQLitePool
import ServiceKit

/// Carts in the shop's database.
struct CartRepository: Sendable {
    /// What a cart costs until something is in it.
    static let currency = Currency.usd

    let pool: SQLitePool

    /// The cart of a session; an empty one when it has none yet.
    func cart(of sessionID: String) async throws -> Cart {
        let cart: Cart? = try await pool.read(.query("cart", Cart.selection)) { db in
            try Cart.fetch(db, sessionID: sessionID)
        }
        return cart ?? Cart(sessionID: sessionID, total: .zero(Self.currency))
    }

    /// Writes changed lines, and changes the total by a difference.
    ///
    /// - Parameters:
    ///   - cart: The cart as it was read, with its new lines.
    ///   - difference: What the change costs.
    ///   - checkingVersion: Whether the write is given up when the cart was changed after it was read.
    /// - Returns: The cart as it is now, or `nil` when another change came first.
    /// - Throws: ``CartError/checkoutUnderWay``.
    func save(_ cart: Cart, difference: Money, checkingVersion: Bool, now: Double) async throws -> Cart? {
        let lines = String(decoding: JSON.encode(cart.lines), as: UTF8.self)
        let insertion = "INSERT OR IGNORE INTO cart VALUES (?, 0, '[]', 0, ?, NULL, ?)"
        let change = """
            UPDATE cart SET lines = ?, total = total + ?, version = version + 1, changed_at = ? \
            WHERE session_id = ? AND checkout_id IS NULL\(checkingVersion ? " AND version = ?" : "")
            """
        return try await pool.write(.transaction("cart", insertion, change)) { db in
            try db.cachedStatement(sql: insertion).execute(arguments: [
                cart.sessionID, cart.total.currency.rawValue, now,
            ])
            try db.cachedStatement(sql: change).execute(
                arguments: [lines, difference.amount, now, cart.sessionID]
                    + (checkingVersion ? [cart.version] : [])
            )
            let changed = db.changesCount == 1
            guard let current = try Cart.fetch(db, sessionID: cart.sessionID) else { return nil }
            if changed { return current }
            if current.checkoutID != nil { throw CartError.checkoutUnderWay }
            return nil
        }
    }

    /// Makes a cart's total what its lines cost.
    func correctTotal(of sessionID: String) async throws {
        let change = "UPDATE cart SET total = ?, version = version + 1 WHERE session_id = ?"
        try await pool.write(.transaction("cart", Cart.selection, change)) { db in
            guard let cart = try Cart.fetch(db, sessionID: sessionID), cart.checkoutID == nil else { return }
            try db.cachedStatement(sql: change).execute(arguments: [cart.sumOfLines.amount, sessionID])
        }
    }

    /// Deletes carts that were not changed for long.
    func forget(changedBefore: Double) async throws {
        let deletion = """
            DELETE FROM cart WHERE session_id IN (\
            SELECT session_id FROM cart WHERE changed_at < ? AND checkout_id IS NULL LIMIT 1000)
            """
        try await pool.write(.transaction("cart", deletion)) { db in
            try db.cachedStatement(sql: deletion).execute(arguments: [changedBefore])
        }
    }
}

extension Cart {
    static let selection = "SELECT * FROM cart WHERE session_id = ?"

    static func fetch(_ db: Database, sessionID: String) throws -> Cart? {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: selection), arguments: [sessionID]) else { return nil }
        let lines: String = row["lines"]
        return Cart(
            sessionID: sessionID,
            version: row["version"],
            lines: try JSON.decode([Line].self, from: Array(lines.utf8)),
            total: Money(row["total"], Currency(rawValue: row["currency"]) ?? CartRepository.currency),
            checkoutID: row["checkout_id"]
        )
    }
}

// A cart that cannot be changed or bought is an answer: the database has done its work.
extension CartError: ExpectedOutcome {}
extension WrongTax: ExpectedOutcome {}
