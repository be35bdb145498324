import Deadlines
import Dispatch
import GRDB
import GRDBSQLite
import Glibc
import Synchronization

/// One SQLite connection and the serial queue that it is used on. A thread of its own in the queue's place would be woken
/// for each piece of work, where Dispatch's threads go on from one connection's to another's.
///
/// `@unchecked Sendable`: `database` and `lockWaitBegan` belong to `queue` and are only used there; everything else is
/// immutable or behind `running`.
final class PooledConnection: @unchecked Sendable {
    /// What kind of transaction surrounds the work.
    enum Access: Sendable {
        case read
        case write
        case exclusive
    }

    private struct Running {
        let work: PendingWork
        /// Why it ends when its deadline passes.
        let overrun: SQLitePoolError?
        /// When it has to be over; in the past once it was interrupted.
        var deadline: ContinuousClock.Instant?
        let database: DatabaseQueue
        var interruption: (any Error)?

        /// Why it has to end now; `nil` while it may go on.
        func reasonToEnd(at now: ContinuousClock.Instant) -> (any Error)? {
            if let interruption { return interruption }
            guard let deadline, deadline <= now else { return nil }
            return overrun
        }

        /// Called under the lock, so that it cannot hit what runs next on this connection. The first reason stays.
        mutating func interrupt(_ reason: any Error, at now: ContinuousClock.Instant) {
            if interruption == nil { interruption = reason }
            deadline = min(deadline ?? now, now)
            database.interrupt()
        }
    }

    let number: Int
    private let path: String
    private let configuration: SQLitePool.Configuration
    private let onOpen: @Sendable (Duration) -> Void
    private let queue: DispatchQueue
    private var database: DatabaseQueue?
    private var lockWaitBegan = ContinuousClock.now
    private let running = Mutex<Running?>(nil)

    init(
        number: Int,
        path: String,
        configuration: SQLitePool.Configuration,
        onOpen: @escaping @Sendable (Duration) -> Void
    ) {
        self.number = number
        self.path = path
        self.configuration = configuration
        self.onOpen = onOpen
        queue = DispatchQueue(label: "sqlite.\(configuration.name).\(number)")
    }

    /// When the work that runs now has to be over; `nil` when nothing runs or nothing limits it.
    var deadline: ContinuousClock.Instant? {
        running.withLock { $0?.deadline }
    }

    /// Runs work on the connection's own thread, then tells how it ended, on that thread.
    ///
    /// - Parameter watch: Told when the work that now begins has to be over, if anything limits it; from then on
    ///   ``interruptIfOverdue(at:)`` finds it.
    func run(
        _ work: PendingWork,
        _ access: Access,
        _ body: @escaping @Sendable (Database) throws -> Void,
        watch: @escaping @Sendable (ContinuousClock.Instant) -> Void,
        completion: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        queue.async {
            completion(Result { try self.perform(work, access, body, watch) })
        }
    }

    /// Interrupts the work with this id if it is still running; it then fails with the given error. From now on it is
    /// overdue: ``interruptIfOverdue(at:)`` has to see to it that it ends.
    func interrupt(_ id: UInt64, _ error: any Error) {
        running.withLock { running in
            guard running?.work.id == id else { return }
            running?.interrupt(error, at: .now)
        }
    }

    /// Interrupts the running work if its time is over. Called again until it has ended, because an interrupt that
    /// falls between two statements has no effect.
    func interruptIfOverdue(at now: ContinuousClock.Instant) {
        running.withLock { running in
            guard let reason = running?.reasonToEnd(at: now) else { return }
            running?.interrupt(reason, at: now)
        }
    }

    /// Closes the file once the work before has ended.
    func close(completion: @escaping @Sendable () -> Void) {
        queue.async {
            try? self.database?.close()
            self.database = nil
            completion()
        }
    }

    private func perform(
        _ work: PendingWork,
        _ access: Access,
        _ body: (Database) throws -> Void,
        _ watch: (ContinuousClock.Instant) -> Void
    ) throws {
        let database: DatabaseQueue
        do { database = try open() } catch { throw translated(error, nil) }
        let start = started(work, on: database, at: .now)
        running.withLock { $0 = start }
        if let deadline = start.deadline { watch(deadline) }
        do {
            // After `running` is set: either a cancellation finds it there, or this finds the cancellation. The same
            // goes for the timer that watches the deadline.
            if work.isCancelled { throw CancellationError() }
            if work.isOver(at: .now) { throw SQLitePoolError.deadlineExceeded(pool: configuration.name) }
            switch access {
            case .read: try transaction(.deferred, in: database) { db in try refusingWrites(db, body) }
            case .write: try transaction(.immediate, in: database, body)
            case .exclusive: try transaction(.exclusive, in: database, body)
            }
            running.withLock { $0 = nil }
        } catch {
            let reason = running.withLock { running in
                defer { running = nil }
                return running?.reasonToEnd(at: .now)
            }
            throw translated(error, reason)
        }
    }

    /// The work as it is watched: by the statement timeout, and by its caller's deadline if that comes earlier.
    private func started(_ work: PendingWork, on database: DatabaseQueue, at now: ContinuousClock.Instant) -> Running {
        let timeout = configuration.statementTimeout
        let deadline = work.limit(timeout, from: now)
        let overrun: SQLitePoolError? =
            if let deadline, deadline == work.deadline?.instant {
                .deadlineExceeded(pool: configuration.name)
            } else {
                timeout.map { .statementTimeout(pool: configuration.name, limit: $0) }
            }
        return Running(work: work, overrun: overrun, deadline: deadline, database: database, interruption: nil)
    }

    /// Runs work between `BEGIN` and `COMMIT`, which are prepared once a connection, as the work's own statements are.
    ///
    /// GRDB's transactions prepare both each time; and where they only read, they set a pragma that makes SQLite prepare
    /// every statement of the connection again.
    private func transaction(
        _ kind: Database.TransactionKind,
        in database: DatabaseQueue,
        _ body: (Database) throws -> Void
    ) throws {
        try database.writeWithoutTransaction { db in
            try db.cachedStatement(sql: "BEGIN \(kind.rawValue) TRANSACTION").execute()
            do {
                try body(db)
                // Some errors end the transaction. A body that went on after one has written outside of it.
                guard db.isInsideTransaction else {
                    throw DatabaseError(
                        resultCode: .SQLITE_ABORT,
                        message: "The transaction ended before its work did."
                    )
                }
                try db.cachedStatement(sql: "COMMIT TRANSACTION").execute()
            } catch {
                try? db.rollback()
                throw error
            }
        }
    }

    /// - Throws: `SQLITE_READONLY` when the work has written; the transaction is then rolled back.
    private func refusingWrites(_ db: Database, _ body: (Database) throws -> Void) throws {
        try body(db)
        guard sqlite3_txn_state(db.sqliteConnection, nil) != SQLITE_TXN_WRITE else {
            throw DatabaseError(resultCode: .SQLITE_READONLY, message: "Work that only reads has written; use write.")
        }
    }

    private func translated(_ error: any Error, _ reasonToEnd: (any Error)?) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_INTERRUPT, .SQLITE_ABORT:
            return reasonToEnd ?? error
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return reasonToEnd
                ?? SQLitePoolError.databaseLocked(pool: configuration.name, waited: configuration.busyTimeout)
        case .SQLITE_NOMEM:
            return SQLitePoolError.outOfMemory(pool: configuration.name, limit: SQLiteMemory.limit)
        default:
            return error
        }
    }

    /// One at a time: while a new file changes to its journal mode, SQLite tells others at once, without waiting, that
    /// it is locked.
    private static let opening = Mutex(())

    private func open() throws -> DatabaseQueue {
        if let database { return database }
        let started = ContinuousClock.now
        do {
            let opened = try Self.opening.withLock { _ in
                try DatabaseQueue(path: path, configuration: connectionConfiguration)
            }
            database = opened
            onOpen(started.duration(to: .now))
            return opened
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            throw error
        } catch let error as DatabaseError {
            throw SQLitePoolError.cannotOpen(
                pool: configuration.name,
                path: path,
                reason: error.message ?? "SQLite error \(error.resultCode.rawValue)"
            )
        }
    }

    private var connectionConfiguration: Configuration {
        var settings = Configuration()
        settings.foreignKeysEnabled = configuration.foreignKeys
        settings.busyMode = .callback { [weak self] tries in self?.waitForLock(tries) ?? false }
        settings.label = "sqlite.\(configuration.name).\(number)"
        let configuration = configuration
        settings.prepareDatabase { db in
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
            if mode?.uppercased() != configuration.journalMode.rawValue {
                try db.execute(sql: "PRAGMA journal_mode = \(configuration.journalMode.rawValue)")
            }
            try SQLiteMemory.prepare(db)
            try db.execute(sql: "PRAGMA synchronous = \(configuration.synchronous.rawValue)")
            try db.execute(sql: "PRAGMA cache_size = -\(configuration.cacheKiB)")
            // A checkpoint syncs twice and writes each changed page once, however often it was changed: a longer log means
            // fewer of both.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
        }
        return settings
    }

    /// SQLite calls this on the connection's own thread, again and again, while another connection has the lock. Unlike
    /// SQLite's own timeout, it ends when the work does.
    ///
    /// - Returns: Whether to try again.
    private func waitForLock(_ tries: Int) -> Bool {
        let now = ContinuousClock.now
        if tries == 0 { lockWaitBegan = now }
        let left = now.duration(to: lockWaitBegan + configuration.busyTimeout)
        let mustEnd = running.withLock { $0?.reasonToEnd(at: now) != nil }
        guard left > .zero, !mustEnd else { return false }
        let pause = min(left, .milliseconds(min(50, 1 << min(tries, 6))))
        usleep(UInt32(max(1, pause / .microseconds(1))))
        return true
    }
}
