import FoundationEssentials
import GRDB
import SQLitePool
import ServiceKit

/// The shop's session key in its database, where it outlives the process.
struct SessionKeyRepository: Sendable {
    let pool: SQLitePool

    static func prepare(_ db: Database) throws {
        try db.execute(sql: "CREATE TABLE IF NOT EXISTS session_key(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    }

    /// The key; it is made when there is none yet.
    ///
    /// - Throws: ``UnreadableSessionKey`` when what is there is no key.
    func key() async throws -> SessionKey {
        let fresh = Data(KeyedHash.randomKey())
        let bytes = try await pool.write { db in
            try db.execute(sql: "INSERT OR IGNORE INTO session_key VALUES (1, ?)", arguments: [fresh])
            return try Data.fetchOne(db, sql: "SELECT bytes FROM session_key")
        }
        guard let key = bytes.flatMap({ SessionKey(Array($0)) }) else { throw UnreadableSessionKey() }
        return key
    }
}

/// The database holds something else than a key.
struct UnreadableSessionKey: Error, CustomStringConvertible {
    var description: String {
        "The session key in shop.sqlite is damaged: delete the row of table session_key, and visitors get new sessions."
    }
}
