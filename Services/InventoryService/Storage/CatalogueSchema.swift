import GRDB
import ServiceKit

/// The tables of the catalogue's database.
enum CatalogueSchema {
    /// Creates what is missing and puts the opening catalogue in; what is there stays as it is.
    static func prepare(_ db: Database, entries: [CatalogueEntry]) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS product(
                    id TEXT PRIMARY KEY,
                    position INTEGER NOT NULL,
                    name TEXT NOT NULL,
                    description TEXT NOT NULL,
                    category TEXT NOT NULL,
                    price INTEGER NOT NULL CHECK (price > 0),
                    currency TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX IF NOT EXISTS product_category ON product(category, position);
                """
        )
        for (position, entry) in entries.enumerated() {
            let product = entry.product
            try db.execute(
                sql: "INSERT OR IGNORE INTO product VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    product.id, position, product.name, product.description, product.category.rawValue,
                    product.price.amount, product.price.currency.rawValue,
                ]
            )
        }
        for article in WithdrawnArticle.all {
            try db.execute(
                sql: "INSERT OR IGNORE INTO product VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    article.id, offTheShelves, article.name, article.description, article.category,
                    article.price.amount, article.price.currency.rawValue,
                ]
            )
        }
    }

    /// The position of what is not listed any more.
    static let offTheShelves = -1
}
