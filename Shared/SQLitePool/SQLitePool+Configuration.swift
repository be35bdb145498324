public import Logging

extension SQLitePool {
    /// How a pool behaves.
    public struct Configuration: Sendable {
        /// How SQLite keeps a transaction undoable (https://www.sqlite.org/pragma.html#pragma_journal_mode).
        public enum JournalMode: String, Sendable, CaseIterable {
            /// Readers go on while one connection writes.
            case wal = "WAL"
            /// Rollback journal: readers wait while a write transaction changes the file.
            case rollback = "DELETE"
        }

        /// When SQLite asks the disk to keep what was written (https://www.sqlite.org/pragma.html#pragma_synchronous).
        public enum Synchronous: String, Sendable, CaseIterable {
            /// Never: safe against a crash of the process, not of the machine.
            case off = "OFF"
            /// At the critical moments; in WAL mode a loss of power may undo the last transactions, nothing else.
            case normal = "NORMAL"
            /// Before each commit returns.
            case full = "FULL"
        }

        /// What `db.client.connection.pool.name` says.
        public var name: String
        /// The most connections that are open at once; 5 by default.
        public var maximumConnections = 5
        /// How long a caller waits for a connection; 5 s by default.
        public var acquireTimeout: Duration = .seconds(5)
        /// How many callers may wait; one more is refused at once. 1,000 by default.
        public var maximumPending = 1000
        /// How long the work on a connection may run before it is interrupted; 5 s by default, `nil` for no limit.
        public var statementTimeout: Duration? = .seconds(5)
        /// How long SQLite waits for another connection's lock; 2 s by default.
        public var busyTimeout: Duration = .seconds(2)
        /// A connection held for longer than this is reported as a probable leak; 30 s by default.
        public var leakThreshold: Duration = .seconds(30)
        /// WAL by default.
        public var journalMode: JournalMode = .wal
        /// `NORMAL` by default.
        public var synchronous: Synchronous = .normal
        /// Whether foreign keys are enforced; they are by default.
        public var foreignKeys = true
        /// The page cache of one connection, in KiB; 1,024 by default.
        public var cacheKiB = 1024
        /// Where leaks are reported.
        public var logger = Logger(label: "sqlite.pool")

        /// A configuration with the defaults.
        public init(name: String) {
            self.name = name
        }
    }
}
