import Testing
import TextCoding

@Suite("Percent-encoding")
struct PercentCodingTests {
    @Test(
        "leaves what is unreserved and escapes all else, octet by octet",
        arguments: [
            ("aZ09-._~", "aZ09-._~"), ("", ""), ("a b+c", "a%20b%2Bc"), ("&=?#/%", "%26%3D%3F%23%2F%25"),
            ("\u{0}\n", "%00%0A"), ("grün €", "gr%C3%BCn%20%E2%82%AC"),
        ]
    )
    func encoding(text: String, encoded: String) {
        #expect(PercentCoding.encode(text) == encoded)
        #expect(PercentCoding.decode(encoded) == text)
    }

    @Test("reads escapes in any case", arguments: [("%c3%Bc", "ü"), ("%2f", "/")])
    func anyCase(text: String, decoded: String) {
        #expect(PercentCoding.decode(text) == decoded)
    }

    @Test("refuses malformed escapes and what is not UTF-8", arguments: ["%", "%1", "%G0", "a%0", "%FF", "%C3"])
    func malformed(text: String) {
        #expect(PercentCoding.decode(text) == nil)
    }

    @Test("keeps more than that where it is asked to, but never a percent sign")
    func keeping() {
        #expect(PercentCoding.encode("a/b%c;d", keeping: { $0 != UInt8(ascii: ";") }) == "a/b%25c%3Bd")
    }

    @Test("may put U+FFFD in place of what is not UTF-8", arguments: [("a%FFb", "a\u{FFFD}b"), ("%C3%BC", "ü")])
    func repairing(text: String, decoded: String) {
        #expect(PercentCoding.decodeRepairing(text) == decoded)
        #expect(PercentCoding.decodeRepairing("\(text)%") == nil)
    }
}
