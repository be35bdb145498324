import FoundationEssentials
import GRDB
import Logging
import SQLitePool
import ServiceKit
import ServiceLifecycle

/// Moves the best sellers to other shelves: usually never, and while it lasts they lie on none.
struct ShelfRelocation: Service {
    let pool: SQLitePool
    /// Its intensity is how many shelves are cleared at once.
    let weakness: Weakness
    let logger: Logger
    var interval: Duration = .milliseconds(200)

    func run() async throws {
        try await PeriodicWork(every: interval, logger: logger, failure: "Shelves could not be moved; trying again") {
            if let count = weakness.intensity {
                try await clear(Int(count), now: Date().timeIntervalSince1970)
            } else {
                try await putBack()
            }
        }
        .run()
    }

    /// Clears the shelves of what was picked most within the last hour, unless shelves are cleared already.
    func clear(_ count: Int, now: Double) async throws {
        let cleared = try await pool.write { db in
            guard try Self.cleared(db) == 0 else { return [String]() }
            return try String.fetchAll(
                db,
                sql: """
                    UPDATE shelf SET location = NULL WHERE product_id IN (
                        SELECT product_id FROM pick JOIN pick_line USING (order_id)
                        WHERE picked_at > ? GROUP BY product_id ORDER BY sum(quantity) DESC, product_id LIMIT ?
                    ) RETURNING product_id
                    """,
                arguments: [now - 3_600, count]
            )
        }
        guard !cleared.isEmpty else { return }
        logger.info(
            "Shelves cleared for a relocation",
            metadata: ["product.ids": "\(cleared.sorted().joined(separator: ","))"]
        )
    }

    /// Puts everything back to where it lay.
    func putBack() async throws {
        guard try await pool.read({ db in try Self.cleared(db) }) > 0 else { return }
        let count = try await pool.write { db in
            try db.execute(sql: "UPDATE shelf SET location = home WHERE location IS NULL")
            return db.changesCount
        }
        logger.info("Shelves filled again", metadata: ["shelf.count": "\(count)"])
    }

    private static func cleared(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM shelf WHERE location IS NULL") ?? 0
    }
}
