import ChildProcess
import Foundation
import Glibc
import HTTPCore
import HTTPTypes
import Synchronization

/// A real ClickHouse engine of the test's own: `clickhouse/embedded` on a free port, with its data in a new folder.
package final class EmbeddedClickHouse: Sendable {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Python that has what `clickhouse/embedded/requirements.txt` names, if there is one.
    private static let python: String? = {
        let given = ProcessInfo.processInfo.environment["FAULTLINE_PYTHON"]
        let path = given ?? repository.appending(path: ".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// Whether tests can use it.
    package static var isAvailable: Bool { python != nil }

    package let port: Int
    private let folder: URL
    private let client: HTTPClient
    private let engine = Mutex<ChildProcess?>(nil)

    package init() throws {
        port = Self.freePort()
        // For machines that are busy with everybody's tests: the time limit of a test ends what never comes.
        var configuration = HTTPClient.Configuration()
        configuration.connectTimeout = .seconds(60)
        configuration.requestTimeout = .seconds(60)
        client = HTTPClient(configuration: configuration)
        folder = FileManager.default.temporaryDirectory.appending(path: "clickhouse-for-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts it, and waits until it answers.
    package func start() async throws {
        guard let python = Self.python else { throw NotStarted(reason: "no Python has the embedded ClickHouse") }
        let started = try ChildProcess(
            [
                python, Self.repository.appending(path: "clickhouse/embedded").path,
                "--port", "\(port)", "--data", folder.appending(path: "data").path,
            ],
            environment: ["CH_DATABASE": "o11y", "CH_USER": nil, "CH_PASSWORD": nil, "CLICKHOUSE_HTTP_PORT": nil],
            output: .file(folder.appending(path: "log").path),
            ending: .kill
        )
        engine.withLock { $0 = started }
        while (try? await query("SELECT 1")) != "1\n" { try await Task.sleep(for: .milliseconds(50)) }
    }

    /// Ends it at once, as `kill -9` does.
    package func kill() {
        let engine = engine.withLock { engine in
            defer { engine = nil }
            return engine
        }
        engine?.end()
    }

    /// Runs a statement, and returns what it prints.
    package func query(_ statement: String) async throws -> String {
        let request = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: "127.0.0.1:\(port)",
            path: "/?database=o11y&session_timezone=UTC"
        )
        let response = try await client.execute(request, body: Array(statement.utf8))
        let text = String(decoding: try await response.body.collect(upTo: 16 << 20), as: UTF8.self)
        guard response.head.status == .ok else { throw Refused(message: text) }
        return text
    }

    /// How many rows a table has.
    package func count(_ table: String) async throws -> Int {
        Int(try await query("SELECT count() FROM \(table)").dropLast()) ?? -1
    }

    private struct Refused: Error {
        let message: String
    }

    private struct NotStarted: Error {
        let reason: String
    }

    /// A port that nothing listens on, and that no other test gets: it is free for a while when the engine is killed.
    ///
    /// It lies below those that the system gives to whoever asks for any.
    private static func freePort() -> Int {
        while true {
            let port = nextPort.add(1, ordering: .relaxed).newValue
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return port }
        }
    }

    private static let nextPort = Atomic<Int>(.random(in: 12_000...28_000))
}
