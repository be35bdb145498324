import GRDB
import MessageStream
import RedisServer
import SQLitePool
import Testing

@testable import InventoryService
@testable import RedisStreams

/// The systems that can keep a stream. What a test says of one holds for all of them.
enum StreamKind: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite
    case redis

    /// Those that are here.
    static let available = allCases.filter { $0 != .redis || RedisServer.isThere }

    var testDescription: String { rawValue }
}

/// A stream of a test's own, and what lies in it that consumers are not told.
enum TemporaryStream: Sendable {
    case sqlite(SQLiteStream, SQLitePool)
    case redis(RedisStream, RedisClient, RedisServer)

    var stream: any StreamReader & StreamWriter {
        switch self {
        case .sqlite(let stream, _): stream
        case .redis(let stream, _, _): stream
        }
    }

    /// How often the message that a partition's group is at was tried.
    func attempts(in partition: Int, for group: String) async throws -> Int {
        switch self {
        case .sqlite(_, let pool):
            return try await pool.number(
                "SELECT attempts FROM stream_group WHERE name = '\(group)' AND partition = \(partition)"
            )
        case .redis(let stream, let client, _):
            // Before anybody has consumed there is no group.
            let pending = try? await client.send(RESPCommand("XPENDING", stream.key(partition), group, "-", "+", "1"))
            return (pending?.elements?.first?.elements?.last?.number ?? 1) - 1
        }
    }

    /// The ids of the messages that were put aside, with the attempts, oldest first.
    func deadLetters(of group: String) async throws -> [(id: String, attempts: Int)] {
        switch self {
        case .sqlite(_, let pool):
            try await pool.read { db in
                try Row.fetchAll(
                    db,
                    sql: "SELECT * FROM dead_letter WHERE group_name = ? ORDER BY id",
                    arguments: [group]
                )
                .map { ($0["message_id"], $0["attempts"]) }
            }
        case .redis(let stream, let client, _):
            try await client.send(RESPCommand("XRANGE", stream.deadLetters, "-", "+")).elements?.compactMap { entry in
                let texts = entry.elements?.last?.elements?.map { $0.text ?? "" } ?? []
                let fields = Dictionary(
                    stride(from: 0, to: texts.count - 1, by: 2).map { (texts[$0], texts[$0 + 1]) }
                ) { first, _ in first }
                guard fields["group"] == group else { return nil }
                return (fields["id"] ?? "", Int(fields["attempts"] ?? "") ?? 0)
            } ?? []
        }
    }

    /// Makes the stream forget what it was sent before.
    func forgetSent(_ id: String) async throws {
        switch self {
        case .sqlite(let stream, _): try await stream.trim()
        case .redis(_, let client, _): _ = try await client.send(RESPCommand("DEL", "faultline:orders:sent:\(id)"))
        }
    }
}
