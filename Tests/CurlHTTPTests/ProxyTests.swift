import CurlHTTP
import Foundation
import Testing

@Suite("A proxy of the environment", .timeLimit(.minutes(3)))
struct ProxyTests {
    @Test("gets no request to this machine, unless it is wanted")
    func loopback() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            func check(_ answer: String?, _ expected: String?) {
                guard answer != expected else { return }
                let complaint = "\(expected ?? "nothing") was expected, not \(answer ?? "nothing")\n"
                FileHandle.standardError.write(Data(complaint.utf8))
            }
            // Whoever answers says what was asked for.
            let server = try ScriptedServer { connection in
                while let request = connection.readRequest() {
                    let line = request.split(separator: "\r\n").first ?? ""
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(line.utf8.count)\r\n\r\n\(line)")
                }
            }
            for name in ["http_proxy", "HTTPS_PROXY", "all_proxy"] { setenv(name, server.url, 1) }
            let client = CurlClient()
            func line(_ url: String, _ proxy: CurlProxy = .environmentExceptLoopback) async throws -> String {
                let response = try await client.execute(CurlRequest(url: url, proxy: proxy))
                return String(decoding: response.body, as: UTF8.self)
            }
            let direct = "GET /x HTTP/1.1"
            for host in ["127.0.0.1", "localhost", "LOCALHOST", "a.localhost", "127.1"] {
                check(try await line("http://\(host):\(server.port)/x"), direct)
            }
            let own = "http://127.0.0.1:\(server.port)/x"
            check(try await line(own, .environment), "GET \(own) HTTP/1.1")
            check(try await line("http://elsewhere.invalid/x"), "GET http://elsewhere.invalid/x HTTP/1.1")
            check(try? await line("http://elsewhere.invalid/x", .none), nil)
            client.shutdown()
        }
        #expect(String(decoding: try #require(result).standardErrorContent, as: UTF8.self) == "")
    }

    @Test(
        "is not for loopback names",
        arguments: [
            ("http://localhost", true), ("http://localhost.:80/", true), ("http://x.localhost:1", true),
            ("http://127.255.0.1/", true),
            ("http://[::1]:4318/v1", true), ("http://[::ffff:127.0.0.1]", true), ("http://u:p@localhost/", true),
            ("http://localhost.example.com", false), ("http://notlocalhost", false), ("http://128.0.0.1", false),
            ("http://[::2]", false), ("http://127.0.0.1.example.com", false), ("http://example.com/@localhost", false),
        ]
    )
    func names(url: String, isLoopback: Bool) {
        #expect(CurlURL(url)?.isLoopback == isLoopback)
    }
}

@Suite("What may be shown of a URL")
struct CurlURLTests {
    @Test(
        "is all but user, password, query and fragment",
        arguments: [
            ("http://u:secret@host:80/a/b?key=secret#secret", "http://host:80/a/b"), ("https://host", "https://host/"),
            ("HTTP://secret@[::1]:1/x", "http://[::1]:1/x"),
        ]
    )
    func description(url: String, shown: String) {
        #expect(CurlURL(url)?.description == shown)
    }

    @Test(
        "is nothing when it is none",
        arguments: ["", "host", "ftp://host/", "http://", "http://u:sec/ret@host", "http://host:port/", "http://a b/"]
    )
    func malformed(url: String) {
        #expect(CurlURL(url) == nil)
    }
}
