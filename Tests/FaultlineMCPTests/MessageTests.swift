import Testing

@testable import FaultlineMCP

@Suite("A message of JSON-RPC")
struct MessageTests {
    @Test(
        "that cannot be read is answered with its code, and with its id where there is one",
        arguments: [
            ("{", -32_700, nil), ("", -32_700, nil), ("nonsense", -32_700, nil), ("\"\\ud800\"", -32_700, nil),
            (#"{"jsonrpc":"2.0","id":1,"method":"ping"} trailing"#, -32_700, nil),
            ("7", -32_600, nil), ("null", -32_600, nil), ("[]", -32_600, nil),
            (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32_600, nil),
            ("{}", -32_600, nil), (#"{"jsonrpc":"2.0","id":4}"#, -32_600, 4),
            (#"{"id":5,"method":"ping"}"#, -32_600, 5), (#"{"jsonrpc":"1.0","id":6,"method":"ping"}"#, -32_600, 6),
            (#"{"jsonrpc":2.0,"id":7,"method":"ping"}"#, -32_600, 7),
            (#"{"jsonrpc":"2.0","id":8,"method":8}"#, -32_600, 8),
            (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32_600, nil),
            (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32_600, nil),
            (#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, -32_600, nil),
            (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32_600, nil),
            (#"{"jsonrpc":"2.0","id":9,"method":"ping","params":[1]}"#, -32_602, 9),
            (#"{"jsonrpc":"2.0","id":10,"method":"no/such"}"#, -32_601, 10),
        ] as [(String, Int64, Int64?)]
    )
    func refused(_ text: String, code: Int64, id: Int64?) async throws {
        let session = await MCPSession.begun(.forTests())
        let answer = try #require(await session.ask(text))
        #expect(answer["error"]?["code"] == .whole(code))
        #expect(answer["id"] == (id.map { .whole($0) } ?? .null))
        #expect(answer["jsonrpc"] == "2.0")
        #expect(answer["result"] == nil)
    }

    @Test(
        "that is no request is not answered, whatever is in it",
        arguments: [
            #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, #"{"jsonrpc":"2.0","method":"no/such"}"#,
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#,
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}"#,
            #"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
        ]
    )
    func unanswered(_ text: String) async {
        let session = await MCPSession.begun(.forTests())
        #expect(await session.ask(text) == nil)
    }

    @Test("keeps its id as it came", arguments: [#""a\"\u00e9\n""#, "9007199254740993", "-1", "0", #""1""#])
    func ids(_ id: String) async throws {
        let session = await MCPSession.begun(.forTests())
        let answer = try #require(await session.ask(#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#))
        #expect(answer["id"] == JSONValue(id.utf8))
        #expect(answer["result"] == [:])
    }

    @Test("nested deeper than anything needs is no document, and no crash")
    func deep() async throws {
        let session = await MCPSession.begun(.forTests())
        let text = String(repeating: "[", count: 100_000)
        let answer = try #require(await session.ask(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":\#(text)"#))
        #expect(answer["error"]?["code"] == -32_700)
    }

    @Test("reads back as it was written")
    func roundTrip() throws {
        let value: JSONValue = [
            "a": [1, -9_007_199_254_740_993, .number(1.5), true, .null], "é\u{1}\"\\": ["b": "\u{2028}😀"],
        ]
        #expect(JSONValue(value.bytes) == value)
        #expect(!value.bytes.contains(UInt8(ascii: "\n")))
    }
}
