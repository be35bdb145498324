import HTTPTypes
import Testing

@testable import HTTPCore

@Suite("The chunked transfer coding (RFC 9112, section 7.1)")
struct ChunkedDecoderTests {
    private struct Decoded: Equatable {
        var data = ""
        var isComplete = false
        var used = 0
        var trailers = HTTPFields()
    }

    /// Gives the decoder so many more bytes at a time; what it has used up is not shown again.
    private func decode(_ text: String, stride: Int, limits: MessageLimits = MessageLimits()) throws -> Decoded {
        let bytes = Array(text.utf8)
        var decoder = ChunkedDecoder(limits: limits)
        var decoded = Decoded()
        var data: [UInt8] = []
        var available = 0
        while available < bytes.count, !decoded.isComplete {
            available = min(bytes.count, available + stride)
            while !decoded.isComplete {
                var consumed = 0
                let event = try bytes[decoded.used..<available].withUnsafeBufferPointer { part throws(ProtocolError) in
                    let event = try decoder.next(part, consumed: &consumed)
                    if case .data(let range) = event { data += part[range] }
                    return event
                }
                decoded.used += consumed
                guard let event else { break }
                decoded.isComplete = event == .end
            }
        }
        decoded.data = String(decoding: data, as: UTF8.self)
        decoded.trailers = decoder.trailers
        return decoded
    }

    @Test("gives the same body however the bytes are cut", arguments: [1, 2, 3, 7, 1_000])
    func stride(stride: Int) throws {
        let text = "5\r\nhello\r\n1;name=\"quoted\"\r\n \r\n00A\r\n0123456789\r\n0\r\nX-Sum: 7\r\nx-b: c\r\n\r\nGET /"
        let decoded = try decode(text, stride: stride)
        #expect(decoded.data == "hello 0123456789")
        #expect(decoded.isComplete)
        #expect(decoded.used == text.utf8.count - 5, "what follows belongs to the next message")
        #expect(decoded.trailers == [.init("x-sum")!: "7", .init("x-b")!: "c"])
    }

    @Test(
        "waits for what is still to come",
        arguments: ["", "5", "5\r\nhel", "5\r\nhello\r", "0\r\n", "0\r\nA: b\r\n"]
    )
    func incomplete(text: String) throws {
        #expect(try decode(text, stride: 1).isComplete == false)
    }

    @Test(
        "refuses a size that is not hexadecimal digits",
        arguments: [
            "-1\r\n", "+1\r\n", "0x1\r\n", " 1\r\n", "1 \r\n", "\r\n", "g\r\n", ";a\r\n", "1\n", "1\rx", "1_0\r\n",
        ]
    )
    func sizes(text: String) {
        #expect(throws: ProtocolError.self) { try decode(text, stride: 1) }
        #expect(throws: ProtocolError.self) { try decode(text, stride: 100) }
    }

    @Test("refuses a size that overflows, and a size line without end")
    func bounds() {
        #expect(throws: ProtocolError.self) { try decode("ffffffffffffffff\r\n", stride: 100) }
        #expect(throws: ProtocolError.self) { try decode("1;" + String(repeating: "a", count: 300), stride: 1) }
    }

    @Test("refuses a chunk that is longer than its size", arguments: ["2\r\nabc\r\n", "2\r\nab\n", "2\r\nab\rx"])
    func overlong(text: String) {
        #expect(throws: ProtocolError.self) { try decode(text, stride: 1) }
    }

    @Test("refuses trailers that frame, route or fold, and more of them than a head may have (7.1.2)")
    func trailers() {
        for line in ["Content-Length: 1", "Transfer-Encoding: chunked", "Host: a", "A : b", " A: b", "A: b\u{0}"] {
            #expect(throws: ProtocolError.self, "\(line)") { try decode("0\r\n\(line)\r\n\r\n", stride: 1) }
        }
        var limits = MessageLimits()
        limits.fieldBytes = 20
        #expect(throws: ProtocolError.self) {
            try decode("0\r\nA: 123456\r\nB: 12345678\r\n\r\n", stride: 1, limits: limits)
        }
    }
}
