import Foundation
import GRDB
import SQLitePool
import Testing

@Suite("What SQLite sorts and groups", .timeLimit(.minutes(2)))
struct MemoryTests {
    /// The temporary files of SQLite that this process has open; they have no name in any folder.
    private static func temporaryFiles() -> [String] {
        let folder = "/proc/self/fd"
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return
            descriptors
            .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
            .filter { $0.contains("etilqs_") }
    }

    @Test("stays in memory on every connection, so that a read-only root is enough")
    func inMemory() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.maximumConnections = 2 }
        try await pool.withConnection { first in
            try await pool.withConnection { second in
                for connection in [try await first.read(Self.spilling), try await second.read(Self.spilling)] {
                    #expect(connection.groups == 60_000)
                    #expect(connection.files.isEmpty)
                }
            }
        }
    }

    /// Groups more than the page cache holds, and looks at the files while it does.
    @Sendable private static func spilling(_ db: Database) throws -> (groups: Int, files: [String]) {
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
                SELECT hex(randomblob(16)) AS key, count(*) FROM n GROUP BY 1 ORDER BY 2 DESC, 1
                """
        )
        _ = try cursor.next()
        let files = temporaryFiles()
        var groups = 1
        while try cursor.next() != nil { groups += 1 }
        return (groups, files)
    }

    @Test("has a bound: a statement that needs more fails alone, and says why")
    func bounded() async {
        // In a process of its own, since the bound is the whole process's.
        await #expect(processExitsWith: .success) {
            let database = try TemporaryDatabase()
            let pool = database.pool()
            await #expect(throws: SQLitePoolError.outOfMemory(pool: "test", limit: 64 << 20)) {
                try await pool.read { db in
                    _ = try Int.fetchOne(
                        db,
                        sql: """
                            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
                            SELECT length(key) FROM (SELECT randomblob(1000) AS key FROM n ORDER BY key) LIMIT 1 OFFSET 9
                            """
                    )
                }
            }
            #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT 1") } == 1)
        }
    }
}
