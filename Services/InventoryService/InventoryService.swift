import FoundationEssentials
import HTTPCore
import HTTPTypes
import MessageStream
import RedisStreams
import SQLitePool
import ServiceKit

/// Puts the inventory service together: three databases, the routes, and the work beside them.
enum InventoryService {
    static func assemble(_ assembly: inout Assembly) async throws {
        let settings = try InventorySettings(assembly.settings)
        let weaknesses = InventoryWeaknesses(settings)
        let logger = assembly.logger
        let folder = try DataFolder(assembly.settings)
        let catalogue = SQLitePool(path: folder.file("catalogue.sqlite"), configuration: settings.cataloguePool)
        let maintenance = SQLitePool(path: catalogue.path, configuration: settings.maintenancePool)
        let books = SQLitePool(path: folder.file("stock.sqlite"), configuration: settings.stockPool)
        let warehouse = SQLitePool(path: folder.file("warehouse.sqlite"), configuration: settings.warehousePool)
        try await open(catalogue, books)
        try await warehouse.write { db in try FulfilmentSchema.prepare(db, entries: CatalogueEntry.opening) }
        var ownStream: SQLiteStream?
        let stream: any StreamReader & StreamWriter
        if let redis = settings.redis {
            stream = RedisStream("orders", in: RedisClient(redis), consumer: try await consumerName(warehouse))
        } else {
            let own = SQLiteStream("orders", in: warehouse, groups: Warehouse.groups)
            try await own.prepare()
            (stream, ownStream) = (own, own)
        }

        let products = ProductRepository(pool: catalogue, cacheTimeToLive: settings.cacheTimeToLive)
        let stock = StockRepository(pool: books)
        let audit = ReservationAudit()
        let valuation = StockValuation(
            pool: settings.reportsHaveTheirOwnPool
                ? SQLitePool(path: books.path, configuration: settings.reportPool) : books
        )

        ProductRoutes(products: products, stock: stock, logger: logger).add(to: &assembly.router)
        ReservationRoutes(
            stock: stock,
            audit: audit,
            auditBacklog: weaknesses.auditBacklog,
            logger: logger,
            timeToLive: settings.reservationTimeToLive / .seconds(1)
        ).add(to: &assembly.router)
        StreamRoutes(stream: stream, logger: logger).add(to: &assembly.router)
        assembly.exposeOpenAPI(PackageResources.openapi_json)
        ReadinessRoutes(checks: [{ try await catalogue.check() }, { try await books.check() }]).add(
            to: &assembly.router
        )
        ReportRoutes(valuation: valuation, logger: logger).add(to: &assembly.router)

        assembly.add(Housekeeping(stock: stock, logger: logger))
        let picking = Picking(pool: warehouse)
        let fulfilment = Warehouse(picks: picking, purchases: Replenishment(pool: warehouse), logger: logger)
        for consumer in fulfilment.consumers(of: stream, policy: settings.retryPolicy) { assembly.add(consumer) }
        assembly.add(ShelfRelocation(pool: warehouse, weakness: weaknesses.relocation, logger: logger))
        assembly.add(WarehouseHousekeeping(stream: ownStream, picks: picking, logger: logger))
        assembly.add(AuditSealing(audit: audit, weakness: weaknesses.auditBacklog, logger: logger))
        assembly.add(ReportSchedule(valuation: valuation, weakness: weaknesses.reports, logger: logger))
        assembly.add(PriceReindexing(pool: maintenance, weakness: weaknesses.reindexing, logger: logger))
        assembly.add(MemoryLimit(bytes: settings.memoryLimit, logger: logger))
        try assembly.exposeFaults(weaknesses.all, port: ("INVENTORY_ADMIN_PORT", 8012))
    }

    /// The name by which Redis knows this warehouse. It stays the same: what was begun before a restart is the
    /// warehouse's own again at once.
    private static func consumerName(_ warehouse: SQLitePool) async throws -> String {
        try await warehouse.write { db in try FulfilmentSchema.consumerName(db) }
    }

    private static func open(_ catalogue: SQLitePool, _ books: SQLitePool) async throws {
        let entries = CatalogueEntry.opening
        let now = Date().timeIntervalSince1970
        try await catalogue.write { db in
            try CatalogueSchema.prepare(db, entries: entries)
            try PriceReindexing.prepare(db)
        }
        // Product by product, so that each transaction stays below the pool's statement timeout.
        for entry in entries {
            try await books.write { db in try StockSchema.prepare(db, entries: [entry], now: now) }
        }
    }
}
