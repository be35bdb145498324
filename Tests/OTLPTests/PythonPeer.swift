import ChildProcess
import Foundation

/// The Python that has opentelemetry-proto and the SDK, and its scripts.
enum PythonPeer {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "python")

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a script of the folder and waits until it ends.
    ///
    /// - Returns: What it printed.
    /// - Throws: ``Failure`` with what it printed, when its exit status is not 0.
    @discardableResult
    static func run(_ script: String, _ arguments: [String]) async throws -> String {
        guard let interpreter = TestPython.interpreter else {
            throw Failure(description: "No Python: run ./demo test, or set FAULTLINE_PYTHON.")
        }
        let outcome = try await ChildProcess.run(
            [interpreter, "-B", folder.appending(path: script).path] + arguments
        )
        guard outcome.status == 0 else {
            throw Failure(
                description: """
                    \(script) \(arguments.joined(separator: " ")) failed with status \(outcome.status). \
                    If packages are missing: pip install -r Tests/OTLPTests/python/requirements.txt. It said:
                    \(outcome.output)\(outcome.errors)
                    """
            )
        }
        return outcome.output
    }

    /// A folder that is removed again.
    static func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "otlp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    /// What the peer writes into the file whose path it is given last.
    static func bytes(from script: String, _ arguments: [String], flags: [String] = []) async throws -> [UInt8] {
        try await withFolder { folder in
            let file = folder.appending(path: "message")
            try await run(script, arguments + [file.path] + flags)
            return try [UInt8](Data(contentsOf: file))
        }
    }
}
