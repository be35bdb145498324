import FoundationEssentials
import SQLitePool
import ServiceKit

/// Puts the inventory service together: two databases, the routes, and the housekeeping.
enum InventoryService {
    static func assemble(_ assembly: inout Assembly) async throws {
        let settings = try InventorySettings(assembly.settings)
        let folder = try DataFolder(assembly.settings)
        let entries = CatalogueEntry.opening

        let catalogue = SQLitePool(path: folder.file("catalogue.sqlite"), configuration: settings.cataloguePool)
        try await catalogue.write { db in try CatalogueSchema.prepare(db, entries: entries) }
        let books = SQLitePool(path: folder.file("stock.sqlite"), configuration: settings.stockPool)
        let now = Date().timeIntervalSince1970
        try await books.write { db in try StockSchema.prepare(db, entries: entries, now: now) }

        let products = ProductRepository(pool: catalogue, cacheTimeToLive: settings.cacheTimeToLive)
        let stock = StockRepository(pool: books)
        ProductRoutes(products: products, stock: stock, logger: assembly.logger).add(to: &assembly.router)
        ReservationRoutes(
            stock: stock,
            logger: assembly.logger,
            timeToLive: settings.reservationTimeToLive / .seconds(1)
        ).add(to: &assembly.router)
        assembly.add(Housekeeping(stock: stock, logger: assembly.logger))
    }
}

/// What the environment says about the inventory service.
struct InventorySettings: Sendable {
    /// `INVENTORY_RESERVATION_TTL_MS`, 2 minutes by default: how long units are kept for an order that is not paid.
    let reservationTimeToLive: Duration
    /// `INVENTORY_CACHE_TTL_MS`, 5 seconds by default: how long a product read from the database is good for.
    let cacheTimeToLive: Duration
    /// `INVENTORY_DB_POOL_SIZE`, 5 by default: connections to each database.
    let poolSize: Int

    init(_ settings: Settings) throws(SettingError) {
        reservationTimeToLive = try settings.milliseconds("INVENTORY_RESERVATION_TTL_MS", default: .seconds(120))
        cacheTimeToLive = try settings.milliseconds("INVENTORY_CACHE_TTL_MS", default: .seconds(5))
        poolSize = try settings.integer("INVENTORY_DB_POOL_SIZE", default: 5, in: 1...100)
    }

    var cataloguePool: SQLitePool.Configuration {
        var configuration = SQLitePool.Configuration(name: "catalogue")
        configuration.maximumConnections = poolSize
        return configuration
    }

    var stockPool: SQLitePool.Configuration {
        var configuration = SQLitePool.Configuration(name: "stock")
        configuration.maximumConnections = poolSize
        return configuration
    }
}
