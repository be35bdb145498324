import GRDB

/// The tables of the shop's database.
enum ShopSchema {
    static func prepare(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS cart(
                    session_id TEXT PRIMARY KEY,
                    version INTEGER NOT NULL,
                    lines TEXT NOT NULL,
                    total INTEGER NOT NULL,
                    currency TEXT NOT NULL,
                    checkout_id TEXT,
                    changed_at REAL NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX IF NOT EXISTS cart_age ON cart(changed_at);
                CREATE TABLE IF NOT EXISTS purchase(
                    id TEXT PRIMARY KEY,
                    session_id TEXT NOT NULL,
                    email TEXT NOT NULL,
                    lines TEXT NOT NULL,
                    total INTEGER NOT NULL,
                    tax INTEGER NOT NULL,
                    currency TEXT NOT NULL,
                    status TEXT NOT NULL,
                    reservation_id TEXT,
                    payment_id TEXT,
                    created_at REAL NOT NULL,
                    changed_at REAL NOT NULL,
                    revision INTEGER NOT NULL DEFAULT 0
                ) WITHOUT ROWID;
                CREATE INDEX IF NOT EXISTS purchase_open ON purchase(status, changed_at);
                CREATE TABLE IF NOT EXISTS outbox(
                    position INTEGER PRIMARY KEY AUTOINCREMENT,
                    message_id TEXT NOT NULL UNIQUE,
                    key TEXT NOT NULL,
                    headers TEXT NOT NULL,
                    body BLOB NOT NULL
                );
                """
        )
        // A database of an earlier version has orders without revisions.
        if try !db.columns(in: "purchase").contains(where: { $0.name == "revision" }) {
            try db.execute(sql: "ALTER TABLE purchase ADD COLUMN revision INTEGER NOT NULL DEFAULT 0")
        }
    }
}
