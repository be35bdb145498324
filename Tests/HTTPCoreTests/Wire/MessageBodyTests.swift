import HTTPTypes
import Testing

@testable import HTTPCore

@Suite("The length of a message's body (RFC 9112, section 6)")
struct MessageBodyTests {
    private func framing(_ fields: String...) throws -> BodyFraming {
        try parsed("POST / HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n").framing
    }

    private func refused(_ fields: String..., version: String = "1.1") -> Int? {
        refusal("POST / HTTP/\(version)\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    @Test("of a request is nothing unless it is said (6.3)")
    func none() throws {
        #expect(try framing() == .none)
        #expect(try framing("Content-Length: 0") == .none)
    }

    @Test("is a number of octets (6.2)")
    func contentLength() throws {
        #expect(try framing("Content-Length: 42") == .length(42))
        #expect(try framing("Content-Length: 0042") == .length(42))
        for value in ["", "-1", "+1", "1 2", "1,1", "0x1", "1.0", "٣", "9999999999999999999"] {
            #expect(refused("Content-Length: \(value)") == 400, "\(value)")
        }
        #expect(refused("Content-Length: 1", "Content-Length: 1") == 400)
    }

    @Test("is found by chunks when chunked is the one and last coding (6.1)")
    func transferEncoding() throws {
        #expect(try framing("Transfer-Encoding: chunked") == .chunked)
        #expect(try framing("Transfer-Encoding: Chunked") == .chunked)
        for value in ["", "identity", "chunked, gzip", "chunked, chunked", "chunked;a=b", "\"chunked\"", "xchunked"] {
            #expect(refused("Transfer-Encoding: \(value)") == 400, "\(value)")
        }
        #expect(refused("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") == 400)
        #expect(refused("Transfer-Encoding: gzip, chunked") == 501, "a coding that is not known")
    }

    @Test("cannot be said in two ways (6.1, 11.2)")
    func both() {
        #expect(refused("Transfer-Encoding: chunked", "Content-Length: 3") == 400)
        #expect(refused("Content-Length: 3", "Transfer-Encoding: chunked") == 400)
        #expect(refused("Transfer-Encoding: chunked", version: "1.0") == 400)
    }
}
