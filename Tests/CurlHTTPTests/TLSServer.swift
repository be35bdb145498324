import Foundation

/// OpenSSL's own server with certificates made for one test: an authority, a server for 127.0.0.1 and a client.
final class TLSServer: Sendable {
    let port: Int
    private let folder: URL
    private let process: Process
    /// Held open for as long as the server may live: when this process ends, however it ends, so does the server.
    private let lifeline = Pipe()

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter wantsClientCertificate: Whether a client without a certificate of the same authority is refused.
    init(wantsClientCertificate: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.makeAuthority("authority", in: folder)
        try Self.makeAuthority("stranger", in: folder)
        try Self.makeCertificate("server", in: folder)
        try Self.makeCertificate("client", in: folder)

        // The shell guards the server until its input ends. It does not ask politely: tests that shut services down
        // ignore SIGTERM, and what they start inherits that.
        process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments =
            ["-c", #"openssl "$@" < /dev/null & server=$!; cat > /dev/null; kill -KILL "$server""#, "sh"]
            + ["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", "server.pem", "-key", "server.key"]
            + (wantsClientCertificate ? ["-CAfile", "authority.pem", "-Verify", "1", "-verify_return_error"] : [])
        process.currentDirectoryURL = folder
        process.standardInput = lifeline
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        port = try Self.announcedPort(output.fileHandleForReading)
    }

    deinit {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    func file(_ name: String) -> String { folder.appending(path: name).path }

    /// It says `ACCEPT 127.0.0.1:PORT` once it listens.
    private static func announcedPort(_ output: FileHandle) throws -> Int {
        var text = ""
        while !text.contains("\n") || !text.contains("ACCEPT") {
            let data = output.availableData
            guard !data.isEmpty else { throw Failure(description: "openssl s_server did not start: \(text)") }
            text += String(decoding: data, as: UTF8.self)
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") } ?? ""
        guard let port = line.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw Failure(description: "openssl s_server told no port: \(text)")
        }
        return port
    }

    private static func makeAuthority(_ name: String, in folder: URL) throws {
        try run(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"],
            in: folder
        )
    }

    private static func makeCertificate(_ name: String, in folder: URL) throws {
        try run(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1"]
                + ["-addext", "basicConstraints=critical,CA:FALSE", "-CA", "authority.pem", "-CAkey", "authority.key"]
                + ["-keyout", "\(name).key", "-out", "\(name).pem"],
            in: folder
        )
    }

    private static func run(_ arguments: [String], in folder: URL) throws {
        let process = openssl(arguments, in: folder)
        let output = Pipe()
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(text)")
        }
    }

    private static func openssl(_ arguments: [String], in folder: URL) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        return process
    }
}
