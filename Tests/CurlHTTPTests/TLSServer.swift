import ChildProcess
import Foundation
import Testing

/// OpenSSL's own server with certificates made for one test: an authority, a server for 127.0.0.1 and a client.
final class TLSServer: Sendable {
    let port: Int
    private let folder: URL
    private let process: ChildProcess

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter wantsClientCertificate: Whether a client without a certificate of the same authority is refused.
    init(wantsClientCertificate: Bool = false) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await Self.makeAuthority("authority", in: folder)
        try await Self.makeAuthority("stranger", in: folder)
        try await Self.makeCertificate("server", in: folder)
        try await Self.makeCertificate("client", in: folder)

        process = try ChildProcess(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", "server.pem", "-key", "server.key"]
                + (wantsClientCertificate ? ["-CAfile", "authority.pem", "-Verify", "1", "-verify_return_error"] : []),
            folder: folder.path,
            ending: .kill
        )
        // It says `ACCEPT 127.0.0.1:PORT` once it listens.
        let line = await process.waitForLine(containing: "ACCEPT")
        port = try #require(line?.split(separator: ":").last.flatMap { Int($0) })
    }

    deinit {
        process.end()
        try? FileManager.default.removeItem(at: folder)
    }

    func file(_ name: String) -> String { folder.appending(path: name).path }

    private static func makeAuthority(_ name: String, in folder: URL) async throws {
        try await run(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"],
            in: folder
        )
    }

    private static func makeCertificate(_ name: String, in folder: URL) async throws {
        try await run(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1"]
                + ["-addext", "basicConstraints=critical,CA:FALSE", "-CA", "authority.pem", "-CAkey", "authority.key"]
                + ["-keyout", "\(name).key", "-out", "\(name).pem"],
            in: folder
        )
    }

    private static func run(_ arguments: [String], in folder: URL) async throws {
        let outcome = try await ChildProcess.run(["openssl"] + arguments, folder: folder.path)
        guard outcome.status == 0 else {
            throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(outcome.errors)")
        }
    }
}
