import GRDB
import ServiceKit

/// The tables of the warehouse's own database: where products lie, what was picked, and what is to be bought.
enum FulfilmentSchema {
    /// Creates what is missing and gives every product its shelf.
    static func prepare(_ db: Database, entries: [CatalogueEntry]) throws {
        try db.execute(sql: tables)
        for (index, entry) in entries.enumerated() {
            let shelf = "\(entry.product.category.rawValue.prefix(1).uppercased())-\(index / 10 + 1)-\(index % 10 + 1)"
            try db.execute(
                sql: "INSERT OR IGNORE INTO shelf VALUES (?, ?, ?, ?)",
                arguments: [entry.product.id, shelf, shelf, entry.replenishment.deliverySize]
            )
        }
        // A relocation does not outlive the process that does it.
        try db.execute(sql: "UPDATE shelf SET location = home WHERE location IS NULL")
    }

    /// The name of this warehouse among the consumers of a stream, made when it is first asked for.
    static func consumerName(_ db: Database) throws -> String {
        try db.execute(
            sql: "INSERT OR IGNORE INTO stream_consumer VALUES (1, ?)",
            arguments: [RandomIdentifier.make("warehouse")]
        )
        return try String.fetchOne(db, sql: "SELECT name FROM stream_consumer") ?? ""
    }

    private static let tables = """
        CREATE TABLE IF NOT EXISTS shelf(
            product_id TEXT PRIMARY KEY,
            home TEXT NOT NULL,
            location TEXT,
            delivery_size INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS pick(
            order_id TEXT PRIMARY KEY,
            picked_at REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS pick_age ON pick(picked_at);
        CREATE TABLE IF NOT EXISTS pick_line(
            order_id TEXT NOT NULL REFERENCES pick(order_id) ON DELETE CASCADE,
            product_id TEXT NOT NULL,
            location TEXT NOT NULL,
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            PRIMARY KEY (order_id, product_id)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS demand_order(
            order_id TEXT PRIMARY KEY,
            counted_at REAL NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS demand_order_age ON demand_order(counted_at);
        CREATE TABLE IF NOT EXISTS demand(
            product_id TEXT PRIMARY KEY,
            units INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS stream_consumer(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name TEXT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS purchase_proposal(
            id INTEGER PRIMARY KEY,
            product_id TEXT NOT NULL,
            quantity INTEGER NOT NULL,
            at REAL NOT NULL
        );
        """
}
