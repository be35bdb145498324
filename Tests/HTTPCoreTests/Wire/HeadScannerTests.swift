import HTTPTypes
import Testing

@testable import HTTPCore

@Suite("The end of a head (RFC 9112, section 2.2)")
struct HeadScannerTests {
    private func end(_ text: String, stride: Int, limits: MessageLimits = MessageLimits()) throws -> Int? {
        let bytes = Array(text.utf8)
        var scanner = HeadScanner()
        var available = 0
        while available < bytes.count {
            available = min(bytes.count, available + stride)
            let found = try bytes[..<available].withUnsafeBufferPointer { part throws(ProtocolError) in
                try scanner.end(in: part, limits: limits)
            }
            if let found { return found }
        }
        return nil
    }

    @Test("is the first empty line, however the bytes are cut", arguments: [1, 2, 5, 1_000])
    func emptyLine(stride: Int) throws {
        #expect(try end("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET", stride: stride) == 27)
        #expect(try end("GET / HTTP/1.1\r\nHost: a\r\n", stride: stride) == nil)
        #expect(try end("GET / HTTP/1.1\r\nHost: a\r\n\r", stride: stride) == nil)
    }

    @Test("is not made of bare line feeds", arguments: ["GET / HTTP/1.1\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n"])
    func bareLineFeed(text: String) {
        #expect(throws: ProtocolError.self) { try end(text, stride: 1) }
    }

    @Test("is not waited for beyond the limits")
    func limits() {
        var limits = MessageLimits()
        (limits.requestLineBytes, limits.fieldBytes) = (50, 50)
        #expect(throws: ProtocolError(status: .uriTooLong, description: "The request line is too long.")) {
            try end("GET /" + String(repeating: "a", count: 100), stride: 1, limits: limits)
        }
        #expect(throws: ProtocolError.self) {
            try end("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 50), stride: 1, limits: limits)
        }
    }
}
