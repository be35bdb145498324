import GRDB

/// What comes in and goes out, as the accountants read it.
enum StockMovement {
    enum Kind: String {
        case delivery
        case sale
    }

    /// Sales of one product are added up over this time, in seconds, so that the books do not grow with every order.
    private static let salePeriod = 600.0

    private static let insertion = """
        INSERT INTO stock_movement(product_id, kind, quantity, unit_cost, at)
        SELECT product_id, ?, ?, unit_cost, ? FROM stock WHERE product_id = ?
        ON CONFLICT (product_id, kind, at) DO UPDATE SET quantity = quantity + excluded.quantity
        """

    static func record(_ kind: Kind, _ line: Reservation.Line, now: Double, _ db: Database) throws {
        let at = kind == .sale ? (now / salePeriod).rounded(.down) * salePeriod : now
        try db.cachedStatement(sql: insertion).execute(arguments: [kind.rawValue, line.quantity, at, line.productID])
    }
}
