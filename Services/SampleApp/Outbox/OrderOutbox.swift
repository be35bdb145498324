import FoundationEssentials
import GRDB
import MessageStream
import Metrics
import SQLitePool
import ServiceKit

/// The confirmed orders that are still to be sent, in the shop's database: an order is confirmed and put here in one
/// transaction, so that neither a crash nor a stream that is away loses one.
///
/// Its bound is kept where an order begins: one that is paid always has its place. So there can be as many more than the
/// limit as orders were begun before it was reached.
struct OrderOutbox: Sendable {
    let pool: SQLitePool
    /// How many messages may wait before no further order is begun or paid.
    let limit: Int
    /// Rings when something was put in.
    let filled = Doorbell()

    /// A message and its place in the line.
    struct Entry: Sendable {
        let position: Int64
        let message: StreamMessage
    }

    // Two questions: SQLite looks up one end by the key, and reads the whole table for both at once.
    private static let ends = "SELECT (SELECT min(position) FROM outbox), (SELECT max(position) FROM outbox)"
    private static let insertion = "INSERT OR IGNORE INTO outbox(message_id, key, headers, body) VALUES (?, ?, ?, ?)"

    /// Puts a confirmed order in, within the transaction that confirms it.
    ///
    /// - Parameter headers: The trace that the order belongs to.
    func put(_ order: Order, headers: [String: String], now: Double, in db: Database) throws {
        try db.cachedStatement(sql: Self.insertion).execute(
            arguments: [
                order.id, order.id, String(decoding: JSON.encode(headers), as: UTF8.self),
                Data(JSON.encode(ConfirmedOrder(order, at: now))),
            ]
        )
    }

    /// Refuses an order that would find no place here.
    ///
    /// - Throws: ``OutboxFull``.
    func requireRoom(_ db: Database) throws {
        // Messages leave at the front and come at the end: their number is what lies between.
        let row = try Row.fetchOne(db.cachedStatement(sql: Self.ends))
        guard let first: Int = row?[0], let last: Int = row?[1], last - first + 1 >= limit else { return }
        OutboxFull.refused.increment()
        throw OutboxFull(limit: limit)
    }

    /// Refuses an order that would find no place here.
    ///
    /// - Throws: ``OutboxFull``.
    func requireRoom() async throws {
        try await pool.read(.query("outbox", Self.ends)) { db in try requireRoom(db) }
    }

    /// The messages that have waited longest.
    func waiting(limit: Int) async throws -> [Entry] {
        let selection = "SELECT * FROM outbox ORDER BY position LIMIT ?"
        return try await pool.read(.query("outbox", selection)) { db in
            try Row.fetchAll(db.cachedStatement(sql: selection), arguments: [limit]).map { row in
                let headers: String = row["headers"]
                let body: Data = row["body"]
                return Entry(
                    position: row["position"],
                    message: StreamMessage(
                        id: row["message_id"],
                        key: row["key"],
                        headers: try JSON.decode([String: String].self, from: Array(headers.utf8)),
                        body: Array(body)
                    )
                )
            }
        }
    }

    /// How many messages there are.
    func count() async throws -> Int {
        let counting = "SELECT count(*) FROM outbox"
        return try await pool.read(.query("outbox", counting)) { db in
            try Int.fetchOne(db.cachedStatement(sql: counting)) ?? 0
        }
    }

    /// Takes out what the stream has.
    func remove(_ positions: [Int64]) async throws {
        guard !positions.isEmpty else { return }
        let removal = "DELETE FROM outbox WHERE position = ?"
        try await pool.write(.transaction("outbox", removal)) { db in
            let deletion = try db.cachedStatement(sql: removal)
            for position in positions { try deletion.execute(arguments: [position]) }
        }
    }
}

/// So many confirmed orders wait to be sent that no more are taken.
struct OutboxFull: ExpectedOutcome, Equatable, CustomStringConvertible {
    let limit: Int

    var description: String { "\(limit) confirmed orders wait to be sent to the warehouse; no more are taken." }

    static let refused = Counter(label: "shop.outbox.refused")
}
