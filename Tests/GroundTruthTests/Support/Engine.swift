import ClickHouseHTTP
import EmbeddedClickHouse
import FoundationEssentials

@testable import GroundTruth

/// The engine that tests share which keep to a stretch of time, or to a database, of their own.
actor Engine {
    static let shared = Engine()
    private var starting: Task<EmbeddedClickHouse, any Error>?

    /// The engine on the database of the telemetry; started when the first test asks.
    func clickHouse() async throws -> ClickHouseClient {
        let server = try await server()
        let endpoint = ClickHouseEndpoint(scheme: "http", host: "127.0.0.1", port: server.port)
        return ClickHouseClient(ClickHouseAccess(endpoint: endpoint, database: "o11y"))
    }

    private func server() async throws -> EmbeddedClickHouse {
        if let starting { return try await starting.value }
        let task = Task {
            let server = try EmbeddedClickHouse()
            try await server.start()
            return server
        }
        starting = task
        return try await task.value
    }
}

/// A folder that is gone when its test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "truth-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ text: String, _ name: String) throws {
        try RunFolder.store(Array(text.utf8), in: path + "/" + name)
    }

    func text(_ name: String) throws -> String {
        try RunFolder.text(path + "/" + name)
    }
}
