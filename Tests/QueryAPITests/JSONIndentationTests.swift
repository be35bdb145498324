import Testing

@testable import QueryAPI

@Suite("Indentation of JSON")
struct JSONIndentationTests {
    @Test("gives each value a line, and leaves texts and what is empty as they are")
    func lines() {
        var indentation = JSONIndentation()
        let text = indentation.indent(Array(#"{"a":[1,{"b":"x,\"{[\\"}],"c":[],"d":{}}"#.utf8))
        #expect(
            String(decoding: text, as: UTF8.self) == #"""
                {
                    "a": [
                        1,
                        {
                            "b": "x,\"{[\\"
                        }
                    ],
                    "c": [],
                    "d": {}
                }
                """#
        )
    }

    @Test("is the same wherever a text is cut")
    func pieces() {
        let text = Array(#"{"a":["\\\"",{"b":[]},-1.5e3],"é":null}"#.utf8)
        var whole = JSONIndentation()
        let expected = whole.indent(text)
        for cut in 0...text.count {
            var indentation = JSONIndentation()
            #expect(indentation.indent(Array(text[..<cut])) + indentation.indent(Array(text[cut...])) == expected)
        }
    }
}
