import Dispatch
import Foundation
import GRDB
import SQLitePool
import Synchronization

/// A database file of a test's own; its folder goes when the test ends.
final class TemporaryDatabase: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "sqlite-pool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var path: String { folder.appending(path: "test.sqlite").path }

    func pool(_ name: String = "test", change: (inout SQLitePool.Configuration) -> Void = { _ in }) -> SQLitePool {
        var configuration = SQLitePool.Configuration(name: name)
        change(&configuration)
        return SQLitePool(path: path, configuration: configuration)
    }
}

extension SQLitePool {
    func createCounter() async throws {
        try await write { db in
            try db.execute(sql: "CREATE TABLE counter(id INTEGER PRIMARY KEY, value INTEGER NOT NULL)")
            try db.execute(sql: "INSERT INTO counter VALUES (1, 0)")
        }
    }

    func counter() async throws -> Int? {
        try await read { try Int.fetchOne($0, sql: "SELECT value FROM counter WHERE id = 1") }
    }

    /// Returns once the pool stands as wanted.
    func until(_ condition: (Statistics) -> Bool) async throws {
        while !condition(statistics) { try await Task.sleep(for: .milliseconds(1)) }
    }
}

/// A gate that work on connections can be held at.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() { semaphore.wait() }
    func open(for count: Int = 1) { for _ in 0..<count { semaphore.signal() } }
}

/// Something that happens once, on whatever thread, and that a test waits for.
final class Signal: Sendable {
    private let stream = AsyncStream.makeStream(of: Void.self)

    func happen() { stream.continuation.yield() }
    func happened() async { for await _ in stream.stream { return } }
}

/// A value that several tasks change.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout sending Value) -> sending Result) -> Result { value.withLock(body) }
}

/// A statement that runs for as long as nobody interrupts it.
let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
