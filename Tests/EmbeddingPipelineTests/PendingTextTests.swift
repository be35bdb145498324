import Testing

@testable import EmbeddingPipeline

@Suite("A text that is sent")
struct PendingTextTests {
    private func text(_ text: String) -> String { PendingText(.template(key: 1), text: text).text }

    @Test("is never empty")
    func empty() {
        #expect(text("") == "(no text)")
        #expect(text(" \n\t ") == "(no text)")
    }

    @Test("is bounded in bytes, whatever its letters")
    func long() {
        #expect(text(String(repeating: "x", count: 1_000_000)).utf8.count == PendingText.longest)
        #expect(text(String(repeating: "한", count: 10_000)).utf8.count <= PendingText.longest)
    }

    @Test("has no control characters")
    func control() {
        #expect(text("a\u{0}b\r\nc\u{7F}") == "a b  c ")
    }
}
