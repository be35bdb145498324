import Testing
import TextCoding

@Suite("Base64")
struct Base64Tests {
    @Test(
        "is what RFC 4648 gives as examples, in both directions",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func examples(octets: String, text: String) {
        #expect(Base64.encode(Array(octets.utf8)) == Array(text.utf8))
        #expect(Base64.decode(text) == Array(octets.utf8))
    }

    @Test("is read in either alphabet, with padding or without", arguments: ["+/+/+w==", "-_-_-w", "+_-/+w"])
    func alphabets(text: String) {
        #expect(Base64.decode(text) == [0xFB, 0xFF, 0xBF, 0xFB])
    }
}
