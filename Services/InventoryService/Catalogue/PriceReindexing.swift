import GRDB
import Glibc
import Logging
import SQLitePool
import ServiceKit
import ServiceLifecycle
import Tracing

/// Builds the catalogue's index of prices anew, in one transaction, so that readers never see half of it.
struct PriceReindexing: Service {
    /// A pool of its own, with one connection and no limit of time.
    let pool: SQLitePool
    /// Its intensity is how many seconds one rebuild takes.
    let weakness: Weakness
    let logger: Logger
    var interval: Duration = .milliseconds(400)

    static func prepare(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS price_index(
                    band INTEGER NOT NULL,
                    product_id TEXT NOT NULL,
                    PRIMARY KEY (band, product_id)
                ) WITHOUT ROWID
                """
        )
    }

    func run() async throws {
        try await PeriodicWork(
            every: interval,
            logger: logger,
            level: .warning,
            failure: "Prices were not indexed"
        ) {
            if let seconds = weakness.intensity { try await rebuild(for: .seconds(seconds)) }
        }
        .run()
    }

    /// Rebuilds the index band by band, gently, in one transaction that lasts for the given time.
    func rebuild(for duration: Duration) async throws {
        try await withSpan("price_reindex") { span in
            let passes = try await pool.withSpan(.transaction("price_index", Self.clearing, Self.filling)) { _ in
                try await pool.exclusive { db in
                    let end = ContinuousClock.now + duration
                    var passes = 0
                    repeat {
                        try Self.rebuildOnce(db)
                        passes += 1
                        // This thread is the connection's own: it leaves the processor to others.
                        usleep(10_000)
                    } while ContinuousClock.now < end && weakness.intensity != nil
                    return passes
                }
            }
            span.attributes["app.reindex.passes"] = passes
            logger.info("Prices indexed", metadata: ["reindex.passes": "\(passes)"])
        }
    }

    private static let clearing = "DELETE FROM price_index"
    private static let filling =
        "INSERT INTO price_index SELECT price / ?, id FROM product WHERE true ON CONFLICT DO NOTHING"

    private static func rebuildOnce(_ db: Database) throws {
        try db.execute(sql: clearing)
        for band in [100, 500, 1000, 2500, 5000, 10_000] {
            try db.execute(sql: filling, arguments: [band])
        }
    }
}
