import ChildProcess
import Foundation

/// A real gRPC server, by gRPC's own library for Python, that answers as a test wants it to.
struct GRPCReceiver {
    /// A call that it was asked for.
    struct Call: Decodable {
        let method: String
        /// The message.
        let body: Data
        let metadata: [String: String]
        /// How many seconds the caller gave it.
        let timeRemaining: Double?
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs while the closure does, which is given `host:port`.
    ///
    /// - Parameters:
    ///   - answers: What it says in turn, as the script describes it; the last one is given again and again.
    ///   - options: Further arguments of the script.
    /// - Returns: The calls, in the order in which they came.
    static func serve(
        _ answers: [String],
        options: [String] = [],
        _ body: (String) async throws -> Void
    ) async throws -> [Call] {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "python/grpc_receiver.py")
        guard let interpreter = TestPython.interpreter else {
            throw Failure(description: "No Python: run ./demo test, or set FAULTLINE_PYTHON.")
        }
        let calls = FileManager.default.temporaryDirectory.appending(path: "grpc-calls-\(UUID().uuidString)")
        try Data().write(to: calls)
        defer { try? FileManager.default.removeItem(at: calls) }
        let process = try ChildProcess([interpreter, "-B", script.path] + options + [calls.path] + answers)
        guard let line = await process.waitForLine(containing: "listening on"),
            let port = line.split(separator: " ").last
        else {
            let outcome = await process.finish()
            throw Failure(
                description: """
                    The receiver has not started. If packages are missing: \
                    pip install -r Tests/OTelSDKTests/python/requirements.txt. It said:
                    \(outcome.output)\(outcome.errors)
                    """
            )
        }
        do {
            try await body("127.0.0.1:\(port)")
        } catch {
            process.stop()
            throw error
        }
        process.stop()
        _ = await process.finish()
        return try Data(contentsOf: calls).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Call.self, from: $0)
        }
    }
}
