import GRDB

/// Where SQLite keeps what it sorts and groups, and how much of it.
///
/// Large sorts go to temporary files by default, in `/var/tmp` or `/tmp`. A container with a read-only root has neither,
/// and such a statement fails there with "disk I/O error". So they stay in memory, and all that SQLite allocates in this
/// process has a limit: a statement that needs more fails alone (https://www.sqlite.org/pragma.html#pragma_temp_store,
/// https://www.sqlite.org/pragma.html#pragma_hard_heap_limit).
enum SQLiteMemory {
    /// The most bytes of all connections of the process together, page caches included.
    static let limit = 64 << 20

    /// Sets both for a new connection.
    static func prepare(_ db: Database) throws {
        try db.execute(sql: "PRAGMA temp_store = MEMORY")
        try db.execute(sql: "PRAGMA hard_heap_limit = \(limit)")
    }
}
