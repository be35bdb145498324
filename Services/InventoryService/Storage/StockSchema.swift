import GRDB
import ServiceKit

/// The tables of the stock's database.
enum StockSchema {
    /// Creates what is missing and brings the first stock in; what is there stays as it is.
    static func prepare(_ db: Database, entries: [CatalogueEntry], now: Double) throws {
        try db.execute(sql: tables)
        for entry in entries {
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO stock(
                        product_id, initial, delivered, available, reserved, sold, reorder_point, delivery_size, unit_cost
                    ) VALUES (?, ?, 0, ?, 0, 0, ?, ?, ?)
                    """,
                arguments: [
                    entry.product.id, entry.initialStock, entry.initialStock, entry.replenishment.reorderPoint,
                    entry.replenishment.deliverySize, entry.unitCost.amount,
                ]
            )
            guard db.changesCount > 0 else { continue }
            try StockHistory.write(entry, now: now, db)
            guard entry.initialStock > 0 else { continue }
            try db.execute(
                sql:
                    "INSERT INTO stock_movement(product_id, kind, quantity, unit_cost, at) VALUES (?, 'opening', ?, ?, ?)",
                arguments: [entry.product.id, entry.initialStock, entry.unitCost.amount, now]
            )
        }
    }

    private static let tables = """
        CREATE TABLE IF NOT EXISTS stock(
            product_id TEXT PRIMARY KEY,
            initial INTEGER NOT NULL,
            delivered INTEGER NOT NULL,
            available INTEGER NOT NULL CHECK (available >= 0),
            reserved INTEGER NOT NULL CHECK (reserved >= 0),
            sold INTEGER NOT NULL CHECK (sold >= 0),
            reorder_point INTEGER NOT NULL,
            delivery_size INTEGER NOT NULL,
            unit_cost INTEGER NOT NULL,
            CHECK (available + reserved + sold = initial + delivered)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS reservation(
            id TEXT PRIMARY KEY,
            order_id TEXT NOT NULL UNIQUE,
            status TEXT NOT NULL,
            created_at REAL NOT NULL,
            expires_at REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS reservation_due ON reservation(status, expires_at);
        CREATE TABLE IF NOT EXISTS reservation_line(
            reservation_id TEXT NOT NULL REFERENCES reservation(id) ON DELETE CASCADE,
            product_id TEXT NOT NULL REFERENCES stock(product_id),
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            PRIMARY KEY (reservation_id, product_id)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS stock_movement(
            id INTEGER PRIMARY KEY,
            product_id TEXT NOT NULL REFERENCES stock(product_id),
            kind TEXT NOT NULL CHECK (kind IN ('opening', 'delivery', 'sale')),
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            unit_cost INTEGER NOT NULL,
            at REAL NOT NULL,
            UNIQUE (product_id, kind, at)
        );
        CREATE INDEX IF NOT EXISTS stock_movement_product ON stock_movement(product_id, at);
        """
}
