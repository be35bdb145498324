import HTTPTypes
import Testing

@testable import HTTPCore

@Suite("The head of a response (RFC 9112, sections 4 and 6.3)")
struct ResponseHeadTests {
    private func response(_ text: String, to method: HTTPRequest.Method = .get) throws -> ResponseHead {
        try withBytes(text) { bytes throws(ProtocolError) in
            try ResponseHead(bytes, to: method, limits: MessageLimits())
        }
    }

    @Test("has a status of three digits, and a reason that may be missing")
    func statusLine() throws {
        #expect(try response("HTTP/1.1 200 OK\r\n\r\n").response.status.code == 200)
        #expect(try response("HTTP/1.1 599 \r\n\r\n").response.status.code == 599)
        #expect(try response("HTTP/1.1 200\r\n\r\n").response.status.code == 200)
        for line in [
            "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/2 200 OK", "HTTP/1.1  200", "HTTP/1.1 099 x", "ICY 200 OK",
        ] {
            #expect(throws: ProtocolError.self, "\(line)") { try response(line + "\r\n\r\n") }
        }
    }

    @Test("has no body where there can be none")
    func noBody() throws {
        #expect(try response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", to: .head).framing == .none)
        for status in [100, 204, 304] {
            #expect(try response("HTTP/1.1 \(status) x\r\nContent-Length: 5\r\n\r\n").framing == .none)
        }
    }

    @Test("says how long the body is; without a word the connection's end does, and it is used no more")
    func framing() throws {
        #expect(try response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").framing == .length(5))
        #expect(try response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").framing == .chunked)
        let open = try response("HTTP/1.1 200 OK\r\n\r\n")
        #expect(open.framing == .untilClose && !open.keepsAlive)
        let unknown = try response("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")
        #expect(unknown.framing == .untilClose && !unknown.keepsAlive)
        #expect(throws: ProtocolError.self) {
            try response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n")
        }
    }

    @Test("says whether the connection can be used again (9.3)")
    func persistence() throws {
        #expect(try response("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").keepsAlive)
        #expect(try response("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").keepsAlive == false)
        #expect(try response("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keepsAlive == false)
        #expect(try response("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n").keepsAlive)
        #expect(try response("HTTP/1.1 101 Switching\r\n\r\n").keepsAlive == false)
    }
}
