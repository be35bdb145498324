import Testing
import TextCoding

@Suite("A text in JSON")
struct JSONTextTests {
    private func json(_ text: String) -> String {
        var output: [UInt8] = []
        JSONText.append(text, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(
        "has only those characters escaped that must be",
        arguments: [
            ("", #""""#), ("plain ü €", #""plain ü €""#), (#"a"b\c/d"#, #""a\"b\\c/d""#), ("\n\r\t", #""\n\r\t""#),
            ("\u{0}\u{8}\u{1F}\u{7F}", "\"\\u0000\\u0008\\u001f\u{7F}\""), ("\"", #""\"""#),
        ]
    )
    func escapes(text: String, expected: String) {
        #expect(json(text) == expected)
    }

    @Test("is added to what stands there")
    func appends() {
        var output: [UInt8] = Array("[".utf8)
        JSONText.append("a", to: &output)
        #expect(output == Array(#"["a""#.utf8))
    }
}
