import ChildProcess
import Foundation
import HTTPCore
import HTTPTypes
import OTLP
import Synchronization

/// A collector in a process of its own, which a test can kill and start again in the same folder.
final class CollectorProcess: Sendable {
    private struct Running {
        let process: ChildProcess
        let address: String
        let metrics: String
    }

    let folder: TemporaryFolder
    private let environment: [String: String?]
    private let limits: String
    private let running = Mutex<Running?>(nil)
    private let starts = Atomic<Int>(0)
    private let client = HTTPClient(configuration: .patient)

    /// - Parameter limits: Shell commands that run before the collector, in its process.
    init(_ environment: [String: String], limits: String = ":") throws {
        folder = try TemporaryFolder()
        self.limits = limits
        let own = [
            "COLLECTOR_HTTP_PORT": "0", "OTLP_GRPC_PORT": "0", "COLLECTOR_METRICS_PORT": "0",
            "COLLECTOR_BATCH_INTERVAL": "50",
            "COLLECTOR_BATCH_LINGER": "10", "COLLECTOR_LOG_DIR": folder.path + "/log",
            // Rows that nobody sent would be counted with those of the test.
            "COLLECTOR_TRACES_PER_SECOND": "0",
            "COLLECTOR_METRICS_INTERVAL": "0",
        ]
        self.environment = own.merging(environment) { $1 }
    }

    deinit {
        kill()
    }

    /// Starts it, and waits until it serves.
    func start() async throws {
        let output = "\(folder.path)/output-\(starts.add(1, ordering: .relaxed).newValue)"
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "collector").path
        let process = try ChildProcess(
            ["/bin/bash", "-c", "\(limits); echo $$ >\"$0/pid\"; exec \"$1\"", folder.path, program],
            environment: environment,
            output: .file(output),
            ending: .kill
        )
        let line = /Taking OTLP\/HTTP at (?<address>\S+), OTLP\/gRPC at \S+, metrics at (?<metrics>\S+)\/metrics/
        while true {
            let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            if let match = text.firstMatch(of: line) {
                let started = Running(
                    process: process,
                    address: String(match.address),
                    metrics: String(match.metrics)
                )
                return running.withLock { $0 = started }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Ends it at once, as `kill -9` does.
    func kill() {
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        ended?.process.end()
    }

    /// The number of the process that runs.
    var identifier: Int {
        get throws {
            let text = try String(contentsOfFile: folder.path + "/pid", encoding: .utf8)
            return Int(text.filter(\.isNumber)) ?? 0
        }
    }

    /// What it printed since it was last started.
    var output: String {
        let number = starts.load(ordering: .relaxed)
        return (try? String(contentsOfFile: "\(folder.path)/output-\(number)", encoding: .utf8)) ?? ""
    }

    /// Sends a message; the status of the answer, or `nil` when there was none.
    func export(_ message: some OTLPBody, _ path: String) async -> HTTPResponse.Status? {
        guard let address = running.withLock({ $0?.address }) else { return nil }
        let request = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: address,
            path: path,
            headerFields: [.contentType: "application/x-protobuf"]
        )
        guard let response = try? await client.execute(request, body: message.encodeProtobuf()) else { return nil }
        _ = try? await response.body.collect(upTo: 1 << 20)
        return response.head.status
    }

    /// The sum of a metric over all of its labels.
    func metric(_ name: String) async throws -> Double {
        guard let address = running.withLock({ $0?.metrics }) else { return 0 }
        let request = HTTPRequest(method: .get, scheme: "http", authority: address, path: "/metrics")
        let response = try await client.execute(request)
        let text = String(decoding: try await response.body.collect(upTo: 1 << 20), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
        return lines.reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? 0) }
    }
}
