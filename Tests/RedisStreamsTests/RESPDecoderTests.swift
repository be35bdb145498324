import SeededRandom
import Testing

@testable import RedisStreams

@Suite("Redis' protocol")
struct RESPDecoderTests {
    private static let limits = RESPDecoder.Limits(bytes: 200, elements: 20, depth: 3, line: 80)

    /// What a decoder makes of bytes that come in pieces.
    private static func decode(_ bytes: [UInt8], stride: Int) -> Result<[RESPValue], RESPError> {
        var decoder = RESPDecoder(limits: limits)
        var values: [RESPValue] = []
        do throws(RESPError) {
            for start in Swift.stride(from: 0, to: bytes.count, by: stride) {
                decoder.feed(bytes[start..<min(start + stride, bytes.count)])
                while let value = try decoder.next() { values.append(value) }
            }
            return .success(values)
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "is read however its bytes are cut",
        arguments: [
            ("+OK\r\n", [.word("OK")]),
            (":-42\r\n:0\r\n", [.integer(-42), .integer(0)]),
            ("$5\r\na\r\nb\n\r\n", [.bytes(Array("a\r\nb\n".utf8))]),
            ("$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n", [.bytes([]), .null, .null, .array([])]),
            (
                "*2\r\n*2\r\n:1\r\n$1\r\nx\r\n*0\r\n",
                [.array([.array([.integer(1), .bytes([0x78])]), .array([])])]
            ),
            ("-NOAUTH Authentication required.\r\n", [.refused(.passwordMissing)]),
            ("-ERR unknown command 'AUTH', with args beginning with: 'hunter2'\r\n", [.refused(.other)]),
        ] as [(String, [RESPValue])]
    )
    func replies(text: String, values: [RESPValue]) {
        let bytes = Array(text.utf8)
        for stride in 1...bytes.count { #expect(Self.decode(bytes, stride: stride) == .success(values)) }
    }

    @Test(
        "is refused where it is broken or larger than allowed",
        arguments: [
            "x\r\n", "\r\n", "+OK\n", ":\r\n", ":-\r\n", ":+1\r\n", ": 1\r\n", ":99999999999999999999\r\n", "$-2\r\n",
            "*-2\r\n", "$1\r\nab\r\n", "$3\r\nabcde\r\n", "$999999999999\r\n", "*999999999\r\n", "*21\r\n",
            "*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "%1\r\n", "+" + String(repeating: "a", count: 90),
            "$201\r\n",
            "*2\r\n$150\r\n" + String(repeating: "a", count: 150) + "\r\n$150\r\n"
                + String(repeating: "a", count: 150) + "\r\n",
        ]
    )
    func hostile(text: String) {
        let bytes = Array(text.utf8)
        for stride in [1, 7] {
            guard case .failure = Self.decode(bytes, stride: stride) else {
                Issue.record("\(text) was read in pieces of \(stride)")
                continue
            }
        }
    }

    @Test("is never more than is allowed, and never a trap, whatever bytes come")
    func anything() {
        var random = SplitMix64(seed: 1)
        let pieces = ["+", "-", ":", "$", "*", "\r\n", "\n", "\r", "0", "1", "3", "-1", "9", "abc", "*3\r\n", "$3\r\n"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let bytes = Array(text.joined().utf8)
            let whole = Self.decode(bytes, stride: 1)
            if case .success(let values) = whole {
                #expect(Self.decode(bytes, stride: bytes.count) == whole)
                #expect(values.allSatisfy { Self.depth($0) <= 3 })
            }
        }
    }

    private static func depth(_ value: RESPValue) -> Int {
        guard case .array(let elements) = value else { return 0 }
        return 1 + (elements.map(depth).max() ?? 0)
    }

    @Test("writes a command as an array of strings, whatever their bytes are")
    func command() {
        let command = RESPCommand(["SET", "k"], bytes: [[0x0D, 0x0A, 0x00]])
        #expect(command.encoded == Array("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n\r\n\0\r\n".utf8))
    }
}
