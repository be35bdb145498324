import SQLitePool
import ServiceKit

/// Where this service can break.
struct InventoryWeaknesses: Sendable {
    /// Reports hold the connections that everybody needs. Intensity: reports at once.
    let reports: Weakness
    /// Audit entries are not sealed away, and each is larger than it should be. Intensity: how many times larger.
    let auditBacklog: Weakness
    /// The price index is rebuilt again and again under one lock. Intensity: seconds for each rebuild.
    let reindexing: Weakness

    init(_ settings: InventorySettings) {
        reports = Weakness(
            "payment_timeout",
            range: 1...64,
            standard: 10,
            // Reports come as ever; with a pool of their own they are in nobody's way.
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
            // Prices are indexed as ever; readers do not wait for it in WAL mode.
            isFixed: false
        )
    }

    var all: [Weakness] { [reports, auditBacklog, reindexing] }
}
