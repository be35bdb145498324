import Testing

@testable import HTTPCore

@Suite("The path of a target (RFC 3986)")
struct RequestTargetTests {
    @Test(
        "is decoded once, and its dot segments are gone (2.1, 5.2.4)",
        arguments: [
            ("/a/b", "/a/b"), ("/a%20b", "/a b"), ("/%C3%A9", "/é"), ("/a/./b", "/a/b"), ("/a/../b", "/b"),
            ("/../../a", "/a"), ("/a/b/..", "/a/"), ("/a/%2e%2E/b", "/b"), ("/a/.", "/a/"), ("/%2525", "/%25"),
            ("/a%2Fb", "/a%2Fb"), ("/..a/.b", "/..a/.b"), ("//a", "//a"),
        ]
    )
    func paths(target: String, path: String) throws {
        #expect(try RequestTarget(target).path == path)
    }

    @Test(
        "is refused with an escape that is none",
        arguments: ["/%", "/%2", "/%GG", "/%FF", "/%00", "/%0d%0a", "/%7f"]
    )
    func escapes(target: String) {
        #expect(throws: ProtocolError.self) { try RequestTarget(target) }
    }

    @Test("ends at the question mark; the query stays as it is (3.4)")
    func query() throws {
        let target = try RequestTarget("/a?b=%20&c=?d")
        #expect(target.path == "/a")
        #expect(target.query == "b=%20&c=?d")
        #expect(try RequestTarget("/a").query == nil)
        #expect(try RequestTarget("/a?").query == "")
    }
}
