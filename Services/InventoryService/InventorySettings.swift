import MessageStream
import RedisStreams
import SQLitePool
import ServiceKit

/// The inventory service's settings, from the environment.
struct InventorySettings: Sendable {
    /// `INVENTORY_RESERVATION_TTL_MS`, 2 minutes by default: how long units are kept for an order that is not paid.
    let reservationTimeToLive: Duration
    /// `INVENTORY_CACHE_TTL_MS`, 5 seconds by default: how long a product read from the database is good for.
    let cacheTimeToLive: Duration
    /// `INVENTORY_DB_POOL_SIZE`, 5 by default: connections to each database.
    let poolSize: Int
    /// `INVENTORY_REPORT_POOL`, `shared` by default: `own` gives reports connections of their own.
    let reportsHaveTheirOwnPool: Bool
    /// `INVENTORY_AUDIT`, `chained` by default: `bounded` always keeps the audit short.
    let auditIsBounded: Bool
    /// `INVENTORY_CATALOGUE_JOURNAL`, `rollback` by default: `wal` lets readers go on while the catalogue is written.
    let catalogueJournal: SQLitePool.Configuration.JournalMode
    /// `INVENTORY_MEMORY_LIMIT_MB`, 160 by default: the process shuts down gracefully when it has more resident memory.
    let memoryLimit: Int
    /// `INVENTORY_DEAD_LETTERS`, `off` by default: `on` puts an order that cannot be picked aside after five attempts.
    let hasDeadLetters: Bool
    /// `MESSAGE_STREAM_URL`, unset by default: the Redis that keeps the stream of confirmed orders, in place of a table of
    /// this service's own. The shop needs the same.
    let redis: RedisAddress?

    init(_ settings: Settings) throws(SettingError) {
        reservationTimeToLive = try settings.milliseconds("INVENTORY_RESERVATION_TTL_MS", default: .seconds(120))
        cacheTimeToLive = try settings.milliseconds("INVENTORY_CACHE_TTL_MS", default: .seconds(5))
        poolSize = try settings.integer("INVENTORY_DB_POOL_SIZE", default: 5, in: 1...100)
        reportsHaveTheirOwnPool = try settings.choice("INVENTORY_REPORT_POOL", ["shared", "own"]) == "own"
        auditIsBounded = try settings.choice("INVENTORY_AUDIT", ["chained", "bounded"]) == "bounded"
        catalogueJournal =
            try settings.choice("INVENTORY_CATALOGUE_JOURNAL", ["rollback", "wal"]) == "wal" ? .wal : .rollback
        memoryLimit = try settings.integer("INVENTORY_MEMORY_LIMIT_MB", default: 160, in: 32...65_536) << 20
        redis = try settings.redis("MESSAGE_STREAM_URL")
        hasDeadLetters = try settings.choice("INVENTORY_DEAD_LETTERS", ["off", "on"]) == "on"
    }

    /// What happens to an order that cannot be picked. Where it is put aside in the end, those behind it wait for its
    /// attempts: these follow one another quickly.
    var retryPolicy: RetryPolicy {
        hasDeadLetters ? RetryPolicy(firstPause: .milliseconds(10), attempts: 5) : RetryPolicy(attempts: nil)
    }

    /// Confirmed orders and what becomes of them.
    var warehousePool: SQLitePool.Configuration {
        var configuration = SQLitePool.Configuration(name: "warehouse")
        configuration.maximumConnections = 4
        return configuration
    }

    /// Readers of products.
    var cataloguePool: SQLitePool.Configuration {
        var configuration = SQLitePool.Configuration(name: "catalogue")
        configuration.maximumConnections = poolSize
        configuration.journalMode = catalogueJournal
        configuration.busyTimeout = .seconds(1)
        return configuration
    }

    /// Maintenance of the catalogue, which takes its time.
    var maintenancePool: SQLitePool.Configuration {
        var configuration = cataloguePool
        configuration.name = "catalogue-maintenance"
        configuration.maximumConnections = 1
        configuration.statementTimeout = nil
        configuration.busyTimeout = .seconds(10)
        configuration.leakThreshold = .seconds(300)
        return configuration
    }

    /// Stock and reservations.
    var stockPool: SQLitePool.Configuration {
        var configuration = SQLitePool.Configuration(name: "stock")
        configuration.maximumConnections = poolSize
        return configuration
    }

    /// Reports, when they have a pool of their own.
    var reportPool: SQLitePool.Configuration {
        var configuration = stockPool
        configuration.name = "reports"
        configuration.acquireTimeout = .seconds(60)
        return configuration
    }
}
