import Foundation
import GRDB
import Logging
import MessageStream
import RedisServer
import RedisStreams
import SQLitePool
import ServiceKit
import Testing

@testable import InventoryService

/// A warehouse of a test's own, with the stream that it is told orders by.
final class TemporaryWarehouse: Sendable {
    let folder: URL
    let pool: SQLitePool
    let system: TemporaryStream
    var stream: any StreamReader & StreamWriter { system.stream }
    let picks: Picking
    let warehouse: Warehouse

    /// - Parameters:
    ///   - kind: What keeps the stream.
    ///   - limit: How far a group may fall behind in a partition.
    init(
        _ kind: StreamKind = .sqlite,
        limit: Int = 1_000,
        memory: Int = 1_000,
        deadLetterLimit: Int = 1_000
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "warehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        pool = SQLitePool(
            path: folder.appending(path: "warehouse.sqlite").path,
            configuration: SQLitePool.Configuration(name: "warehouse")
        )
        switch kind {
        case .sqlite:
            let stream = SQLiteStream(
                "orders",
                in: pool,
                groups: Warehouse.groups,
                limit: limit,
                memory: memory,
                deadLetterLimit: deadLetterLimit
            )
            try await stream.prepare()
            system = .sqlite(stream, pool)
        case .redis:
            let server = try await RedisServer()
            let client = RedisClient(try #require(RedisAddress(server.url)))
            let stream = RedisStream(
                "orders",
                in: client,
                consumer: "warehouse",
                limit: limit,
                memory: memory,
                deadLetterLimit: deadLetterLimit
            )
            system = .redis(stream, client, server)
        }
        picks = Picking(pool: pool)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        warehouse = Warehouse(picks: picks, purchases: Replenishment(pool: pool), logger: logger)
        let entries = ["lamp", "kite"].map { id in
            CatalogueEntry(
                product: Product(id: id, name: id, description: "", category: .toys, price: Money(1000, .usd)),
                initialStock: 100,
                unitCost: Money(550, .usd),
                replenishment: ReplenishmentRule(reorderPoint: 5, deliverySize: 10)
            )
        }
        try await pool.write { db in try FulfilmentSchema.prepare(db, entries: entries) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Consumes until a condition holds.
    func consume(
        attempts: Int? = nil,
        until condition: @escaping @Sendable (TemporaryWarehouse) async throws -> Bool
    ) async throws {
        let policy = RetryPolicy(firstPause: .milliseconds(1), longestPause: .milliseconds(5), attempts: attempts)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for consumer in warehouse.consumers(of: stream, policy: policy) {
                tasks.addTask { try await consumer.run() }
            }
            while try await !condition(self) { await Task.yield() }
            tasks.cancelAll()
        }
    }

    @discardableResult
    func append(_ id: String, _ product: String = "lamp", _ quantity: Int = 1) async throws -> StreamPosition {
        let body =
            #"{"order_id":"\#(id)","items":[{"product_id":"\#(product)","quantity":\#(quantity)}],"confirmed_at":0}"#
        return try await stream.append(StreamMessage(id: id, key: id, body: Array(body.utf8)))
    }

    /// The orders that were picked, in alphabetical order.
    func picked() async throws -> [String] {
        try await pool.read { db in try String.fetchAll(db, sql: "SELECT order_id FROM pick ORDER BY 1") }
    }

    func number(_ query: String) async throws -> Int { try await pool.number(query) }

    func execute(_ statement: String) async throws {
        try await pool.write { db in try db.execute(sql: statement) }
    }

    /// Whether no group has anything to do.
    var isIdle: Bool {
        get async throws {
            let lags = (try await lag(Warehouse.picking), try await lag(Warehouse.replenishment))
            return lags == (0, 0)
        }
    }

    /// Messages still to be processed, all partitions together.
    func lag(_ group: String = Warehouse.picking) async throws -> Int {
        try await stream.lag(of: group).reduce(0, +)
    }

    /// An order's id in a partition.
    func orders(in partition: Int, _ count: Int) -> [String] {
        Array(
            (0...).lazy.map { "o-\($0)" }.filter { StreamMessage.partition(of: $0, among: 4) == partition }.prefix(
                count
            )
        )
    }
}

extension SQLitePool {
    /// The first number that a query gives.
    func number(_ query: String) async throws -> Int {
        try await read { db in try Int.fetchOne(db, sql: query) ?? 0 }
    }
}
