import Dispatch
import GRDB
import GRDBSQLite
import SQLitePool
import Testing

@Suite("A pool of SQLite connections", .timeLimit(.minutes(2)))
struct PoolTests {
    @Test("loses no update among many concurrent writers and readers")
    func concurrentWriters() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool()
        try await pool.createCounter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<400 {
                group.addTask {
                    try await pool.write { db in
                        let value = try Int.fetchOne(db, sql: "SELECT value FROM counter") ?? 0
                        try db.execute(sql: "UPDATE counter SET value = ?", arguments: [value + 1])
                    }
                }
                group.addTask { _ = try await pool.counter() }
            }
            try await group.waitForAll()
        }
        #expect(try await pool.counter() == 400)
        await pool.close()
    }

    @Test("never has more connections in use than it may")
    func bounded() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.maximumConnections = 3 }
        let inside = Shared((now: 0, most: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await pool.read { _ in
                        inside.withLock {
                            $0.now += 1
                            $0.most = max($0.most, $0.now)
                        }
                        inside.withLock { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect((1...3).contains(inside.withLock { $0.most }))
        #expect(pool.statistics.used == 0)
        #expect(pool.statistics.idle <= 3)
    }

    @Test("serves those who wait in the order in which they came")
    func fifo() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.maximumConnections = 1 }
        let gate = Gate()
        let order = Shared<[Int]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.read { _ in gate.wait() } }
            try await pool.until { $0.used == 1 }
            for number in 0..<20 {
                group.addTask { try await pool.read { _ in order.withLock { $0.append(number) } } }
                try await pool.until { $0.pending == number + 1 }
            }
            gate.open()
            try await group.waitForAll()
        }
        #expect(order.withLock { $0 } == Array(0..<20))
    }

    @Test("gives up waiting after the acquire timeout and says who is in the way")
    func acquireTimeout() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool {
            $0.maximumConnections = 2
            $0.acquireTimeout = .milliseconds(50)
        }
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { try await pool.read { _ in gate.wait() } } }
            try await pool.until { $0.used == 2 }
            await #expect(
                throws: SQLitePoolError.acquireTimeout(
                    pool: "test",
                    waited: .milliseconds(50),
                    connections: 2,
                    pending: 0
                )
            ) {
                try await pool.read { _ in }
            }
            gate.open(for: 2)
            try await group.waitForAll()
        }
        try await pool.read { _ in }
    }

    @Test("refuses at once when too many wait already")
    func boundedQueue() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool {
            $0.maximumConnections = 1
            $0.maximumPending = 1
        }
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.read { _ in gate.wait() } }
            try await pool.until { $0.used == 1 }
            group.addTask { try await pool.read { _ in } }
            try await pool.until { $0.pending == 1 }
            await #expect(throws: SQLitePoolError.tooManyPending(pool: "test", limit: 1)) {
                try await pool.read { _ in }
            }
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test("lets a cancelled caller leave the queue without losing a connection")
    func cancelWhileWaiting() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.maximumConnections = 1 }
        let gate = Gate()
        let holder = Task { try await pool.read { _ in gate.wait() } }
        try await pool.until { $0.used == 1 }
        let waiter = Task { try await pool.read { _ in } }
        try await pool.until { $0.pending == 1 }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(pool.statistics.pending == 0)
        gate.open()
        try await holder.value
        try await pool.read { _ in }
    }

    @Test("interrupts the statement of a cancelled task and rolls its transaction back")
    func cancelWhileRunning() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.statementTimeout = nil }
        try await pool.createCounter()
        let started = Signal()
        let work = Task {
            try await pool.write { db in
                try db.execute(sql: "UPDATE counter SET value = 99")
                started.happen()
                _ = try Int.fetchOne(db, sql: endless)
            }
        }
        await started.happened()
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try await pool.counter() == 0)
    }

    @Test("interrupts the statement that a cancelled task begins after it was cancelled")
    func cancelBetweenStatements() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.statementTimeout = nil }
        try await pool.createCounter()
        let started = Signal()
        let interrupted = DispatchSemaphore(value: 0)
        let work = Task {
            try await pool.write { db in
                started.happen()
                // The interrupt comes while no statement runs, and has no effect.
                interrupted.wait()
                _ = try Int.fetchOne(db, sql: endless)
            }
        }
        await started.happened()
        work.cancel()
        interrupted.signal()
        await #expect(throws: CancellationError.self) { try await work.value }
    }

    @Test("interrupts a statement that runs longer than it may, and the connection works on")
    func statementTimeout() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool {
            $0.maximumConnections = 1
            $0.statementTimeout = .milliseconds(60)
        }
        try await pool.createCounter()
        await #expect(throws: SQLitePoolError.statementTimeout(pool: "test", limit: .milliseconds(60))) {
            try await pool.write { db in
                try db.execute(sql: "UPDATE counter SET value = 99")
                _ = try Int.fetchOne(db, sql: endless)
            }
        }
        #expect(try await pool.counter() == 0)
    }

    @Test("survives thousands of callers of which half are cancelled at any moment")
    func cancellationStorm() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.maximumConnections = 3 }
        try await pool.createCounter()
        let done = Shared(0)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<2000 {
                let task = Task {
                    try await pool.write { db in try db.execute(sql: "UPDATE counter SET value = value + 1") }
                    done.withLock { $0 += 1 }
                }
                if number.isMultiple(of: 2) { group.addTask { task.cancel() } }
                group.addTask { _ = await task.result }
            }
        }
        #expect(pool.statistics.used == 0)
        #expect(pool.statistics.pending == 0)
        // What reported success is there; what was cancelled is there at most once.
        let value = try #require(try await pool.counter())
        #expect(value >= done.withLock { $0 })
        #expect(value <= 2000)
    }

    @Test("says that the database is locked when another connection keeps its lock")
    func locked() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.busyTimeout = .milliseconds(30) }
        try await pool.createCounter()
        let gate = Gate()
        let started = Signal()
        let writer = Task {
            try await pool.write { _ in
                started.happen()
                gate.wait()
            }
        }
        await started.happened()
        await #expect(throws: SQLitePoolError.databaseLocked(pool: "test", waited: .milliseconds(30))) {
            try await pool.write { _ in }
        }
        #expect(try await pool.counter() == 0, "Readers go on in WAL mode.")
        gate.open()
        try await writer.value
    }

    @Test("refuses to write while it reads")
    func readOnly() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool()
        try await pool.createCounter()
        await #expect(throws: DatabaseError.self) {
            try await pool.read { db in try db.execute(sql: "UPDATE counter SET value = 1") }
        }
        #expect(try await pool.counter() == 0, "What it wrote is undone.")
        try await pool.write { db in try db.execute(sql: "UPDATE counter SET value = 2") }
        #expect(try await pool.counter() == 2, "The connection writes as before.")
    }

    @Test("prepares a statement once a connection, whatever is read and written between")
    func preparedOnce() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.maximumConnections = 1 }
        try await pool.createCounter()
        for value in 1...5 {
            try await pool.write { db in
                try db.cachedStatement(sql: "UPDATE counter SET value = ?").execute(arguments: [value])
            }
            #expect(try await pool.counter() == value)
        }
        let prepared = try await pool.read { db in
            let statement = try db.cachedStatement(sql: "UPDATE counter SET value = ?")
            return sqlite3_stmt_status(statement.sqliteStatement, SQLITE_STMTSTATUS_REPREPARE, 0)
        }
        #expect(prepared == 0)
    }

    @Test("fails work that goes on after its transaction has ended")
    func endedTransaction() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool()
        try await pool.createCounter()
        await #expect {
            try await pool.write { db in try db.execute(sql: "UPDATE counter SET value = 1; ROLLBACK") }
        } throws: { error in
            (error as? DatabaseError)?.resultCode == .SQLITE_ABORT
        }
        #expect(try await pool.counter() == 0)
    }

    @Test("keeps one connection for several pieces of work")
    func heldConnection() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.maximumConnections = 1 }
        try await pool.withConnection { connection in
            try await connection.write { db in try db.execute(sql: "CREATE TEMP TABLE scratch(x)") }
            let count = try await connection.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM scratch") }
            #expect(count == 0)
            #expect(pool.statistics.used == 1)
        }
        #expect(pool.statistics.idle == 1)
        #expect(pool.statistics.used == 0)
    }

    @Test("refuses those who wait when it is closed, and lets running work end")
    func close() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.maximumConnections = 1 }
        let gate = Gate()
        let holder = Task { try await pool.read { _ in gate.wait() } }
        try await pool.until { $0.used == 1 }
        let waiter = Task { try await pool.read { _ in } }
        try await pool.until { $0.pending == 1 }
        await pool.close()
        await #expect(throws: SQLitePoolError.closed(pool: "test")) { try await waiter.value }
        gate.open()
        try await holder.value
        await #expect(throws: SQLitePoolError.closed(pool: "test")) { try await pool.read { _ in } }
    }

    @Test("says which file cannot be opened, and tries again with the next caller")
    func cannotOpen() async throws {
        let pool = SQLitePool(path: "/nonexistent/folder/x.sqlite", configuration: .init(name: "test"))
        for _ in 0..<2 {
            await #expect {
                try await pool.read { _ in }
            } throws: { error in
                guard case SQLitePoolError.cannotOpen(_, let path, _) = error else { return false }
                return path == "/nonexistent/folder/x.sqlite"
            }
        }
        #expect(pool.statistics.used == 0)
    }
}
