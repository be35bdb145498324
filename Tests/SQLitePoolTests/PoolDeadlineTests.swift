import Deadlines
import GRDB
import SQLitePool
import Testing

/// In none of these does anybody pass a time on, and all other limits are an hour.
@Suite("A pool under its caller's deadline", .timeLimit(.minutes(2)))
struct PoolDeadlineTests {
    private func patient(_ configuration: inout SQLitePool.Configuration) {
        configuration.maximumConnections = 1
        configuration.acquireTimeout = .seconds(3600)
        configuration.statementTimeout = .seconds(3600)
        configuration.busyTimeout = .seconds(3600)
    }

    @Test("ends the wait for a connection when the request's time is over")
    func waiting() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool(change: patient)
        let gate = Gate()
        let holder = Task { try await pool.read { _ in gate.wait() } }
        try await pool.until { $0.used == 1 }
        await #expect {
            try await Deadline.after(.milliseconds(30)).enforce { try await pool.read { _ in } }
        } throws: { error in
            guard case SQLitePoolError.acquireTimeout(_, let waited, _, _) = error else { return false }
            return waited <= .milliseconds(30)
        }
        #expect(pool.statistics.pending == 0)
        gate.open()
        try await holder.value
    }

    @Test("ends a statement when the request's time is over, and rolls its transaction back")
    func running() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool(change: patient)
        try await pool.createCounter()
        await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "test")) {
            try await Deadline.after(.milliseconds(30)).enforce {
                try await pool.write { db in
                    try db.execute(sql: "UPDATE counter SET value = 99")
                    _ = try Int.fetchOne(db, sql: endless)
                }
            }
        }
        #expect(try await pool.counter() == 0)
    }

    @Test("ends a statement also when there is no other limit")
    func onlyLimit() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.statementTimeout = nil }
        await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "test")) {
            try await Deadline.after(.milliseconds(30)).enforce {
                try await pool.read { db in _ = try Int.fetchOne(db, sql: endless) }
            }
        }
    }

    @Test("ends the wait for another connection's lock")
    func locked() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool {
            patient(&$0)
            $0.maximumConnections = 2
        }
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
        await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "test")) {
            try await Deadline.after(.milliseconds(30)).enforce { try await pool.write { _ in } }
        }
        gate.open()
        try await writer.value
    }

    @Test("ends the wait for a lock when the task is cancelled")
    func cancelledWhileLocked() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool {
            patient(&$0)
            $0.maximumConnections = 2
        }
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
        let waiter = Task { try await pool.write { _ in } }
        try await pool.until { $0.used == 2 }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        gate.open()
        try await writer.value
    }

    @Test("bounds each piece of work on a connection that is held")
    func held() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool(change: patient)
        try await pool.withConnection { connection in
            await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "test")) {
                try await Deadline.after(.milliseconds(30)).enforce {
                    try await connection.read { db in _ = try Int.fetchOne(db, sql: endless) }
                }
            }
            let answer = try await connection.read { try Int.fetchOne($0, sql: "SELECT 1") }
            #expect(answer == 1)
        }
    }

    @Test("does nothing for a request whose time is over, unless the deadline is lifted")
    func passed() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool(change: patient)
        try await pool.createCounter()
        let increment: @Sendable (Database) throws -> Void = { db in
            try db.execute(sql: "UPDATE counter SET value = value + 1")
        }
        await Deadline.after(.zero).enforce {
            _ = await #expect(throws: SQLitePoolError.deadlineExceeded(pool: "test")) {
                try await pool.write(increment)
            }
        }
        #expect(try await pool.counter() == 0)
        try await Deadline.after(.zero).enforce {
            try await Deadline.lifted { try await pool.write(increment) }
        }
        #expect(try await pool.counter() == 1)
    }

    @Test("says that a statement ran too long when that is its own limit")
    func ownLimit() async throws {
        let database = try TemporaryDatabase()
        let pool = database.pool { $0.statementTimeout = .milliseconds(30) }
        await #expect(throws: SQLitePoolError.statementTimeout(pool: "test", limit: .milliseconds(30))) {
            try await Deadline.after(.seconds(3600)).enforce {
                try await pool.read { db in _ = try Int.fetchOne(db, sql: endless) }
            }
        }
    }
}
