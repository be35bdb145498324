import FoundationEssentials
import GRDB
public import MessageStream
import Metrics
public import SQLitePool
import ServiceKit
import Synchronization

/// A stream in a SQLite file: partitions whose messages have consecutive offsets, and for each consumer group the offset
/// that it comes to next.
///
/// What all groups have processed is forgotten after a while (``trim()``); what they have not is kept up to ``limit``, and
/// then nothing more is taken in.
final class SQLiteStream: StreamWriter, StreamReader {
    let system = "sqlite"
    let name: String
    let partitions: Int
    let groups: [String]
    /// The most messages that a partition keeps for a group that has not processed them.
    let limit: Int
    /// How many processed messages of a partition are kept, so that one that is sent again is known.
    let memory: Int
    /// The most dead letters that are kept; the oldest go first, and are counted.
    let deadLetterLimit: Int

    private let pool: SQLitePool
    private let forgottenDeadLetters = Counter(label: "messaging.consumer_group.dead_letters.forgotten")
    private let bells: [String: [Doorbell]]

    private struct Place: Hashable {
        let group: String
        let partition: Int
    }

    /// Where a group has acknowledged the last message that there was.
    private let ends = Mutex<Set<Place>>([])

    init(
        _ name: String,
        in pool: SQLitePool,
        groups: [String],
        partitions: Int = 4,
        limit: Int = 25_000,
        memory: Int = 10_000,
        deadLetterLimit: Int = 10_000
    ) {
        self.name = name
        self.pool = pool
        self.groups = groups
        self.partitions = partitions
        self.limit = limit
        self.memory = memory
        self.deadLetterLimit = deadLetterLimit
        bells = Dictionary(uniqueKeysWithValues: groups.map { ($0, (0..<partitions).map { _ in Doorbell() }) })
    }

    /// Creates what is missing.
    func prepare() async throws {
        try await pool.write { [groups, partitions] db in
            try db.execute(sql: Self.tables)
            for partition in 0..<partitions {
                try db.execute(sql: "INSERT OR IGNORE INTO stream_partition VALUES (?, 0)", arguments: [partition])
                for group in groups {
                    try db.execute(
                        sql: "INSERT OR IGNORE INTO stream_group VALUES (?, ?, 0, 0)",
                        arguments: [group, partition]
                    )
                }
            }
        }
    }

    func append(_ message: StreamMessage) async throws -> StreamPosition {
        let partition = StreamMessage.partition(of: message.key, among: partitions)
        let insertion = "INSERT INTO stream_message VALUES (?, ?, ?, ?, ?, ?)"
        let offset: Int64 = try await pool.write(.transaction("stream_message", insertion)) { [limit] db in
            let known = try db.cachedStatement(sql: "SELECT offset FROM stream_message WHERE id = ?")
            if let offset = try Int64.fetchOne(known, arguments: [message.id]) { return offset }
            let ends = try db.cachedStatement(
                sql: """
                    SELECT next_offset, (SELECT min(next_offset) FROM stream_group WHERE partition = ?) AS processed \
                    FROM stream_partition WHERE partition = ?
                    """
            )
            let row = try Row.fetchOne(ends, arguments: [partition, partition])
            let offset: Int64 = row?["next_offset"] ?? 0
            let processed: Int64 = row?["processed"] ?? 0
            guard offset - processed < limit else { throw StreamFull(limit: limit) }
            try db.cachedStatement(sql: insertion).execute(
                arguments: [
                    partition, offset, message.id, message.key,
                    String(decoding: JSON.encode(message.headers), as: UTF8.self), Data(message.body),
                ]
            )
            try db.cachedStatement(sql: "UPDATE stream_partition SET next_offset = ? WHERE partition = ?")
                .execute(arguments: [offset + 1, partition])
            return offset
        }
        for bells in bells.values { bells[partition].ring() }
        return StreamPosition(partition: partition, offset: String(offset))
    }

    func next(in partition: Int, for group: String) async throws -> Delivery? {
        // Whoever came to the end with the last message need not look again: what came after it has rung.
        let isAtEnd = ends.withLock { $0.remove(Place(group: group, partition: partition)) != nil }
        if !isAtEnd, let delivery = try await head(of: partition, for: group) { return delivery }
        await bells[group]?[partition].wait()
        return try await head(of: partition, for: group)
    }

    private func head(of partition: Int, for group: String) async throws -> Delivery? {
        try await pool.read { db in
            let selection = """
                SELECT m.*, g.attempts FROM stream_group AS g \
                JOIN stream_message AS m ON m.partition = g.partition AND m.offset = g.next_offset \
                WHERE g.name = ? AND g.partition = ?
                """
            let row = try Row.fetchOne(db.cachedStatement(sql: selection), arguments: [group, partition])
            guard let row else { return nil }
            let headers: String = row["headers"]
            let body: Data = row["body"]
            let offset: Int64 = row["offset"]
            let attempts: Int = row["attempts"]
            return Delivery(
                StreamMessage(
                    id: row["id"],
                    key: row["key"],
                    headers: try JSON.decode([String: String].self, from: Array(headers.utf8)),
                    body: Array(body)
                ),
                at: StreamPosition(partition: partition, offset: String(offset)),
                attempt: attempts + 1
            )
        }
    }

    func acknowledge(_ delivery: Delivery, for group: String) async throws {
        let partition = delivery.position.partition
        let isLast = try await pool.write { db in
            try Self.goOn(after: delivery, for: group, in: db)
            let end = try db.cachedStatement(sql: "SELECT next_offset FROM stream_partition WHERE partition = ?")
            return try Int64.fetchOne(end, arguments: [partition]) == (Int64(delivery.position.offset) ?? -1) + 1
        }
        if isLast { ends.withLock { _ = $0.insert(Place(group: group, partition: partition)) } }
    }

    func giveBack(_ delivery: Delivery, for group: String) async throws {
        try await pool.write { db in
            try db.cachedStatement(
                sql: "UPDATE stream_group SET attempts = ? WHERE name = ? AND partition = ? AND next_offset = ?"
            )
            .execute(
                arguments: [
                    delivery.attempt, group, delivery.position.partition, Int64(delivery.position.offset) ?? -1,
                ]
            )
        }
    }

    func bury(_ delivery: Delivery, for group: String, because reason: String) async throws {
        let forgotten = try await pool.write { [deadLetterLimit] db in
            let message = delivery.message
            try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO dead_letter(group_name, message_id, key, headers, body, attempts, reason) \
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            )
            .execute(
                arguments: [
                    group, message.id, message.key, String(decoding: JSON.encode(message.headers), as: UTF8.self),
                    Data(message.body), delivery.attempt, reason,
                ]
            )
            try db.cachedStatement(
                sql: "DELETE FROM dead_letter WHERE id <= (SELECT max(id) FROM dead_letter) - ?"
            )
            .execute(arguments: [deadLetterLimit])
            let forgotten = db.changesCount
            try Self.goOn(after: delivery, for: group, in: db)
            return forgotten
        }
        if forgotten > 0 { forgottenDeadLetters.increment(by: forgotten) }
    }

    /// Moves a group on by one message, unless it has gone on already.
    private static func goOn(after delivery: Delivery, for group: String, in db: Database) throws {
        let offset = Int64(delivery.position.offset) ?? -1
        try db.cachedStatement(
            sql: """
                UPDATE stream_group SET next_offset = ?, attempts = 0 \
                WHERE name = ? AND partition = ? AND next_offset = ?
                """
        )
        .execute(arguments: [offset + 1, group, delivery.position.partition, offset])
    }

    func lag(of group: String) async throws -> [Int] {
        try await pool.read { db in
            let selection = """
                SELECT p.next_offset - g.next_offset FROM stream_group AS g \
                JOIN stream_partition AS p USING (partition) WHERE g.name = ? ORDER BY partition
                """
            return try Int.fetchAll(db.cachedStatement(sql: selection), arguments: [group])
        }
    }

    /// Forgets the oldest messages that all groups have processed.
    func trim() async throws {
        try await pool.write { [partitions, memory] db in
            let deletion = try db.cachedStatement(
                sql: """
                    DELETE FROM stream_message WHERE partition = ? AND offset < \
                    (SELECT min(next_offset) FROM stream_group WHERE partition = ?) - ?
                    """
            )
            for partition in 0..<partitions { try deletion.execute(arguments: [partition, partition, memory]) }
        }
    }

    private static let tables = """
        CREATE TABLE IF NOT EXISTS stream_partition(
            partition INTEGER PRIMARY KEY,
            next_offset INTEGER NOT NULL
        );
        CREATE TABLE IF NOT EXISTS stream_message(
            partition INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            id TEXT NOT NULL UNIQUE,
            key TEXT NOT NULL,
            headers TEXT NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (partition, offset)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS stream_group(
            name TEXT NOT NULL,
            partition INTEGER NOT NULL,
            next_offset INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            PRIMARY KEY (name, partition)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS dead_letter(
            id INTEGER PRIMARY KEY,
            group_name TEXT NOT NULL,
            message_id TEXT NOT NULL,
            key TEXT NOT NULL,
            headers TEXT NOT NULL,
            body BLOB NOT NULL,
            attempts INTEGER NOT NULL,
            reason TEXT NOT NULL,
            UNIQUE (group_name, message_id)
        );
        """
}

extension StreamFull: ExpectedOutcome {}
