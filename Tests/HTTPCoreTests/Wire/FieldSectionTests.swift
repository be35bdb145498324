import HTTPTypes
import Testing

@testable import HTTPCore

@Suite("Field lines (RFC 9112, section 5)")
struct FieldSectionTests {
    private let get = "GET / HTTP/1.1"

    @Test("have a name and a value without the whitespace around it (5.1)")
    func values() throws {
        let fields = try parsed(head(get, "X-A: \t one two \t", "x-a:three", "X-Empty:")).request.headerFields
        #expect(fields[values: .init("x-a")!] == ["one two", "three"])
        #expect(fields[.init("x-empty")!] == "")
    }

    @Test("are refused with whitespace before the colon, or a name that is none (5.1)")
    func names() {
        for line in ["X-A : b", " X-A: b", "X A: b", ": b", "no colon", "X(: b", "\u{e9}: b"] {
            #expect(refusal(head(get, line)) == 400, "\(line)")
        }
    }

    @Test("are refused when they are folded (5.2)")
    func folding() {
        #expect(refusal(head(get, "X-A: b\r\n c")) == 400)
        #expect(refusal(head(get, "X-A: b\r\n\tc")) == 400)
    }

    @Test("are refused with control characters in a value (RFC 9110, section 5.5)")
    func controlCharacters() throws {
        for character in ["\u{0}", "\u{1}", "\u{7f}", "\u{b}"] {
            #expect(refusal(head(get, "X-A: a\(character)b")) == 400)
        }
        #expect(refusal(head(get, "X-A: a\rb")) == 400)
        #expect(refusal(head(get, "X-A: a\nb")) == 400)
        #expect(refusal(head(get, "X-A: a\tb \u{e9}")) == nil, "tabs and octets above ASCII are allowed")
    }

    @Test("are no more, and no larger, than the limits, with 431 (RFC 6585, section 5)")
    func limits() {
        var limits = MessageLimits()
        limits.fieldCount = 3
        #expect(refusal(head(get, "a: 1", "b: 2"), limits: limits) == nil)
        #expect(refusal(head(get, "a: 1", "b: 2", "c: 3"), limits: limits) == 431)
        limits = MessageLimits()
        limits.fieldBytes = 100
        #expect(refusal(head(get, "a: " + String(repeating: "x", count: 100)), limits: limits) == 431)
    }

    @Test("name one host, and only a host (3.2)")
    func host() throws {
        func refused(_ fields: String) -> Int? { refusal("GET / HTTP/1.1\r\n\(fields)\r\n") }
        #expect(refused("") == 400)
        #expect(refused("Host: a\r\nHost: a\r\n") == 400)
        #expect(refused("Host:\r\n") == nil, "an empty host is one")
        for host in ["a:b", "a:123456", "a b", "a/b", "user@a", "[::1", "[zz]", "a,b"] {
            #expect(refused("Host: \(host)\r\n") == 400, "\(host)")
        }
        for host in ["a", "a:80", "127.0.0.1:8000", "[::1]:8000", "[fe80::1]", "a-b.example"] {
            #expect(refused("Host: \(host)\r\n") == nil, "\(host)")
        }
        #expect(refusal("GET / HTTP/1.0\r\n\r\n") == nil, "HTTP/1.0 has no Host")
    }

    @Test("say whether the connection stays open (9.3)")
    func persistence() throws {
        #expect(try parsed(head(get)).keepsAlive)
        #expect(try parsed(head(get, "Connection: x, Close")).keepsAlive == false)
        #expect(try parsed(head("GET / HTTP/1.0")).keepsAlive == false)
        #expect(try parsed(head("GET / HTTP/1.0", "Connection: keep-alive")).keepsAlive)
        #expect(try parsed(head("GET / HTTP/1.0", "Connection: keep-alive, close")).keepsAlive == false)
    }

    @Test("ask for an invitation, or for what nobody knows (RFC 9110, section 10.1.1)")
    func expectations() throws {
        #expect(try parsed(head("POST / HTTP/1.1", "Expect: 100-Continue", "Content-Length: 1")).expectsContinue)
        #expect(try parsed(head("POST / HTTP/1.0", "Expect: 100-continue")).expectsContinue == false)
        #expect(refusal(head("POST / HTTP/1.1", "Expect: coffee")) == 417)
    }
}
