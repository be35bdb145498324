import ChildProcess
import CurlHTTP
import Foundation
import PromQL

/// A real Prometheus with the sample data in it, on a port of its own.
struct PrometheusServer {
    /// The program: `FAULTLINE_PROMETHEUS`, what `./demo test` unpacked, or one of `PATH`.
    static let program: String? = {
        let environment = ProcessInfo.processInfo.environment
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let candidates =
            [environment["FAULTLINE_PROMETHEUS"] ?? "", root.path + "/.build/debian/prometheus/usr/bin/prometheus"]
            + folders.map { "\($0)/prometheus" }
        return candidates.first { !$0.isEmpty && FileManager.default.isExecutableFile(atPath: $0) }
    }()

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let origin: String
    let client: CurlClient

    /// The first number of its version.
    private(set) var majorVersion = 0

    /// Runs it for as long as `body` does.
    static func with(_ program: String, _ body: (PrometheusServer) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "promql-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = folder.appending(path: "prometheus.yml").path
        try "global: {}\n".write(toFile: configuration, atomically: true, encoding: .utf8)
        let command = [
            program, "--config.file=\(configuration)", "--storage.tsdb.path=\(folder.path)/data",
            "--web.listen-address=127.0.0.1:0", "--web.enable-remote-write-receiver",
        ]
        // It says on its standard error where it listens.
        let process = try ChildProcess(["bash", "-c", "exec \"$@\" 2>&1", "bash"] + command)
        defer { process.end() }
        guard let line = await process.waitForLine(containing: "Listening on"),
            let address = line.firstMatch(of: /address="?(127\.0\.0\.1:[0-9]+)/)?.output.1
        else { throw Failure(description: "\(program) ended before it listened") }
        let client = CurlClient()
        defer { client.shutdown() }
        var server = PrometheusServer(origin: "http://\(address)", client: client)
        try await server.becomeReady()
        try await body(server)
    }

    private init(origin: String, client: CurlClient) {
        self.origin = origin
        self.client = client
    }

    private mutating func becomeReady() async throws {
        while try await client.execute(CurlRequest(url: "\(origin)/-/ready")).status != 200 {
            try await Task.sleep(for: .milliseconds(50))
        }
        let answer = try await get("/api/v1/status/buildinfo", [:])
        let version = (answer["data"] as? [String: Any])?["version"] as? String ?? ""
        guard let major = version.split(separator: ".").first.flatMap({ Int($0) }) else {
            throw Failure(description: "no version in \(answer)")
        }
        majorVersion = major
        try await write(SampleData.series)
    }
}
