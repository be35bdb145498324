import GRDB
import SQLitePool
import ServiceKit
import Tracing

/// Reads products from the catalogue's database, through a cache.
struct ProductRepository: Sendable {
    private let pool: SQLitePool
    private let pages: TTLCache<ProductQuery, ProductPage>
    private let products: TTLCache<String, Product>

    init(pool: SQLitePool, cacheTimeToLive: Duration) {
        self.pool = pool
        pages = TTLCache(capacity: 256, timeToLive: cacheTimeToLive)
        products = TTLCache(capacity: 1024, timeToLive: cacheTimeToLive)
    }

    /// One page of the products that match.
    func page(_ query: ProductQuery) async throws -> ProductPage {
        if let page = lookup(query, in: pages, "product_pages", name: query.description) { return page }
        let page = try await pool.withSpan(.query("product", ProductPage.selection(query).sql)) { span in
            let page = try await pool.read { db in try ProductPage(query, from: db) }
            span.attributes["db.response.returned_rows"] = page.products.count
            return page
        }
        pages.store(page, for: query)
        return page
    }

    /// The product with an id, or `nil`.
    func product(_ id: String) async throws -> Product? {
        if let product = lookup(id, in: products, "products", name: id) { return product }
        let statement = "SELECT * FROM product WHERE id = ?"
        let product: Product? = try await pool.read(.query("product", statement)) { db in
            try Row.fetchOne(db.cachedStatement(sql: statement), arguments: [id]).map(Product.init(row:))
        }
        if let product { products.store(product, for: id) }
        return product
    }

    private func lookup<Key, Value>(
        _ key: Key,
        in cache: TTLCache<Key, Value>,
        _ cacheName: String,
        name: String
    ) -> Value? {
        withSpan("cache_lookup") { span in
            let value = cache.value(for: key)
            span.updateAttributes { attributes in
                attributes["cache.name"] = cacheName
                attributes["cache.operation"] = "get"
                attributes["cache.key"] = name
                attributes["cache.hit"] = value != nil
                attributes["cache.size"] = cache.count
            }
            return value
        }
    }
}

/// What a shopper looks for.
struct ProductQuery: Sendable, Hashable, CustomStringConvertible {
    var category: Product.Category?
    /// Words that the name or the description contains.
    var search: String?
    var limit = 100
    var offset = 0

    /// The query as a request writes it.
    var description: String {
        let parts = [category.map { "category=\($0.rawValue)" }, search.map { "q=\($0)" }].compactMap(\.self)
        return (parts + ["limit=\(limit)", "offset=\(offset)"]).joined(separator: "&")
    }
}

/// Some of the products that match a query, and how many match in all.
struct ProductPage: Sendable, Equatable {
    let products: [Product]
    let total: Int
}

extension ProductPage {
    /// The statement for a query's rows, and the condition in it with what its placeholders stand for.
    fileprivate static func selection(
        _ query: ProductQuery
    ) -> (sql: String, filter: String, arguments: StatementArguments) {
        var conditions = ["position > \(CatalogueSchema.offTheShelves)"]
        var arguments: StatementArguments = []
        if let category = query.category {
            conditions.append("category = ?")
            arguments += [category.rawValue]
        }
        if let search = query.search {
            conditions.append("(name LIKE ? ESCAPE '\\' OR description LIKE ? ESCAPE '\\')")
            let pattern = "%\(Self.escaped(search))%"
            arguments += [pattern, pattern]
        }
        let filter = " WHERE " + conditions.joined(separator: " AND ")
        return ("SELECT * FROM product\(filter) ORDER BY position LIMIT ? OFFSET ?", filter, arguments)
    }

    fileprivate init(_ query: ProductQuery, from db: Database) throws {
        let (sql, filter, arguments) = Self.selection(query)
        total =
            try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM product" + filter), arguments: arguments)
            ?? 0
        products = try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments + [query.limit, query.offset])
            .map(Product.init(row:))
    }

    /// The text with LIKE's own signs made harmless.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if "\\%_".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}

extension Product {
    fileprivate init(row: Row) throws {
        let category: String = row["category"]
        let currency: String = row["currency"]
        guard let category = Category(rawValue: category), let currency = Currency(rawValue: currency) else {
            throw UnreadableProduct(id: row["id"])
        }
        self.init(
            id: row["id"],
            name: row["name"],
            description: row["description"],
            category: category,
            price: Money(row["price"], currency)
        )
    }
}

/// A row whose category or currency this version does not know.
struct UnreadableProduct: Error, CustomStringConvertible {
    let id: String
    var description: String { "Product \(id) has a category or a currency that this version does not know." }
}
