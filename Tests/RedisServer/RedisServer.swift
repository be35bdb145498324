import ChildProcess
import Foundation
import Glibc
import Synchronization

/// A real Redis of a test's own, with its data in a folder that goes with it. What it has answered is on disk.
package final class RedisServer: Sendable {
    /// Why there is none.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The program: `FAULTLINE_REDIS`, what `./demo test` unpacked, or one of `PATH`.
    package static let program: String? = {
        let folders = (ChildProcess.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/redis-server" }
        let candidates = [ChildProcess.environment["FAULTLINE_REDIS"] ?? "", unpacked + "/usr/bin/redis-server"]
        return (candidates + folders).first { !$0.isEmpty && FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Without any, tests that need one are skipped.
    package static var isThere: Bool { program != nil }

    private static let unpacked: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.path + "/.build/debian/redis"
    }()

    package let port: Int
    private let folder: String
    private let options: [String]
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts a server and waits until it answers.
    ///
    /// - Parameters:
    ///   - password: What commands need; none by default.
    ///   - options: Further words of its configuration.
    package init(password: String? = nil, options: [String] = []) async throws {
        port = Self.freePort()
        folder = FileManager.default.temporaryDirectory.appending(path: "redis-\(UUID().uuidString)").path
        self.options = (password.map { ["--requirepass", $0] } ?? []) + options
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await start()
    }

    deinit {
        process.withLock { $0?.end() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Its address.
    package var url: String { "redis://127.0.0.1:\(port)" }

    /// Starts it again, with the data that it had.
    package func start() async throws {
        guard let program = Self.program else { throw Failure(description: "no redis-server") }
        let libraries = (try? FileManager.default.contentsOfDirectory(atPath: Self.unpacked + "/usr/lib")) ?? []
        let paths = libraries.map { "\(Self.unpacked)/usr/lib/\($0)" }.joined(separator: ":")
        let started = try ChildProcess(
            [
                program, "--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
                "--appendonly", "yes", "--appendfsync", "always",
            ] + options,
            environment: paths.isEmpty ? [:] : ["LD_LIBRARY_PATH": paths],
            ending: .kill
        )
        guard await started.waitForLine(containing: "Ready to accept connections") != nil else {
            throw Failure(description: "redis-server ended before it was ready: \(await started.finish().errors)")
        }
        process.withLock { $0 = started }
    }

    /// Ends it by SIGKILL, in the middle of whatever it does.
    package func kill() {
        process.withLock { $0.take() }?.end()
    }

    private static func freePort() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
