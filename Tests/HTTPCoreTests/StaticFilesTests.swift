import Foundation
import HTTPCore
import HTTPTypes
import Testing

@Suite("Static files", .timeLimit(.minutes(3)))
struct StaticFilesTests {
    @Test("come with validators, and are not sent again to whoever has them")
    func validators() async throws {
        try await withFiles { client, server in
            let first = try await client.execute(server.request(.get, "/files/a.txt"))
            #expect(first.head.status == .ok)
            #expect(first.head.headerFields[.contentType] == "text/plain; charset=utf-8")
            #expect(try await first.body.collect(upTo: 100) == Array("0123456789".utf8))
            let tag = try #require(first.head.headerFields[.eTag])
            let date = try #require(first.head.headerFields[.lastModified])
            for headers: HTTPFields in [
                [.ifNoneMatch: tag], [.ifNoneMatch: "\"x\", W/\(tag)"], [.ifNoneMatch: "*"], [.ifModifiedSince: date],
            ] {
                let again = try await client.execute(server.request(.get, "/files/a.txt", headers: headers))
                #expect(again.head.status == .notModified)
                #expect(again.head.headerFields[.eTag] == tag)
                #expect(try await again.body.collect(upTo: 100).isEmpty)
            }
            let other = try await client.execute(
                server.request(.get, "/files/a.txt", headers: [.ifNoneMatch: "\"x\"", .ifModifiedSince: date])
            )
            #expect(other.head.status == .ok)
            _ = try await other.body.collect(upTo: 100)
            let failed = try await client.execute(server.request(.get, "/files/a.txt", headers: [.ifMatch: "\"x\""]))
            #expect(failed.head.status == .preconditionFailed)
        }
    }

    @Test(
        "are sent in part when a part is asked for",
        arguments: [
            ("bytes=0-3", 206, "0123", "bytes 0-3/10"), ("bytes=4-", 206, "456789", "bytes 4-9/10"),
            ("bytes=-3", 206, "789", "bytes 7-9/10"), ("bytes=5-99", 206, "56789", "bytes 5-9/10"),
            ("bytes=-99", 206, "0123456789", "bytes 0-9/10"), ("bytes=10-", 416, nil, "bytes */10"),
            ("bytes=-0", 416, nil, "bytes */10"), ("bytes=3-1", 200, "0123456789", nil),
            ("bytes=a-b", 200, "0123456789", nil), ("lines=1-2", 200, "0123456789", nil),
            ("bytes=0-1,3-4", 200, "0123456789", nil),
        ] as [(String, Int, String?, String?)]
    )
    func ranges(range: String, status: Int, body: String?, contentRange: String?) async throws {
        try await withFiles { client, server in
            let response = try await client.execute(server.request(.get, "/files/a.txt", headers: [.range: range]))
            #expect(response.head.status.code == status)
            #expect(response.head.headerFields[.contentRange] == contentRange)
            let bytes = try await response.body.collect(upTo: 10_000)
            if let body { #expect(String(decoding: bytes, as: UTF8.self) == body) }
        }
    }

    @Test("send the whole when If-Range names another version")
    func conditionalRange() async throws {
        try await withFiles { client, server in
            let headers: HTTPFields = [.range: "bytes=0-1", .ifRange: "\"old\""]
            let response = try await client.execute(server.request(.get, "/files/a.txt", headers: headers))
            #expect(response.head.status == .ok)
            #expect(try await response.body.collect(upTo: 100).count == 10)
        }
    }

    @Test(
        "stay within their folder",
        arguments: [
            "/files/../secret", "/files/%2e%2e/secret", "/files/..%2fsecret", "/files/link", "/files/.hidden",
            "/files/none",
            "/files/pipe", "/files/sub/../../secret", "/files/a.txt/", "/files/a.txt%00.html",
        ]
    )
    func escapes(path: String) async throws {
        try await withFiles { client, server in
            let response = try await client.execute(server.request(.get, path))
            let body = String(decoding: try await response.body.collect(upTo: 10_000), as: UTF8.self)
            #expect(!body.contains("secret text"))
            #expect(response.head.status.code >= 400 || path == "/files/a.txt/")
        }
    }

    @Test("answer for a folder with its index, and HEAD without a body")
    func indexAndHead() async throws {
        try await withFiles { client, server in
            let index = try await client.execute(server.request(.get, "/files/sub"))
            #expect(try await index.body.collect(upTo: 100) == Array("<p>".utf8))
            let head = try await client.execute(server.request(.head, "/files/a.txt"))
            #expect(head.head.headerFields[.contentLength] == "10")
            #expect(try await head.body.collect(upTo: 100).isEmpty)
        }
    }

    private func withFiles(_ body: @escaping @Sendable (HTTPClient, HTTPServer) async throws -> Void) async throws {
        let root = FileManager.default.temporaryDirectory.path + "/static-files-\(UInt64.random(in: 0 ... .max))"
        mkdir(root, 0o700)
        defer {
            for name in ["www/a.txt", "www/.hidden", "www/link", "www/pipe", "www/sub/index.html", "secret"] {
                unlink("\(root)/\(name)")
            }
            for name in ["www/sub", "www", ""] { rmdir("\(root)/\(name)") }
        }
        mkdir("\(root)/www", 0o755)
        mkdir("\(root)/www/sub", 0o755)
        write("0123456789", to: "\(root)/www/a.txt")
        write("secret text", to: "\(root)/www/.hidden")
        write("secret text", to: "\(root)/secret")
        write("<p>", to: "\(root)/www/sub/index.html")
        symlink("\(root)/secret", "\(root)/www/link")
        mkfifo("\(root)/www/pipe", 0o600)
        let files = try StaticFiles(folder: "\(root)/www")
        var router = Router()
        router.get("/files/{path...}") { request, context in
            try await files.respond(to: request, path: context.parameters["path"] ?? "")
        }
        try await withServer(router) { server in
            let client = HTTPClient()
            try await body(client, server)
            await client.shutdown()
        }
    }

    private func write(_ text: String, to path: String) {
        guard let file = fopen(path, "w") else { return }
        fputs(text, file)
        fclose(file)
    }
}
