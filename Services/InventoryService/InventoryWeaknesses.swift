import SQLitePool
import ServiceKit

/// The weaknesses of this service.
struct InventoryWeaknesses: Sendable {
    /// Reports hold the connections that all requests need. Intensity: reports at once.
    let reports: Weakness
    /// Audit entries are not sealed away, and each is larger than it should be. Intensity: how many times larger.
    let auditBacklog: Weakness
    /// The price index is rebuilt again and again under one lock. Intensity: seconds for each rebuild.
    let reindexing: Weakness
    /// The shelves of the best sellers are cleared, so that their orders cannot be picked. Intensity: how many shelves.
    let relocation: Weakness

    init(_ settings: InventorySettings) {
        reports = Weakness(
            "payment_timeout",
            range: 1...64,
            standard: 10,
            // Reports still run; with a pool of their own they hold no request up.
            isFixed: false
        )
        auditBacklog = Weakness(
            "cascade_failure",
            range: 1...4096,
            standard: 192,
            isFixed: settings.auditIsBounded
        )
        reindexing = Weakness(
            "product_db_timeout",
            range: 1...60,
            standard: 15,
            // Prices are still indexed; in WAL mode readers do not wait for that.
            isFixed: false
        )
        relocation = Weakness(
            "order_backlog",
            range: 1...60,
            standard: 6,
            // Shelves are still cleared; with dead letters no other order waits for theirs.
            isFixed: false
        )
    }

    var all: [Weakness] { [reports, auditBacklog, reindexing, relocation] }
}
