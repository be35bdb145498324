import Testing

@testable import EmbeddingPipeline

@Suite("Texts that the endpoint refuses")
struct RefusedTextsTests {
    private let now = ContinuousClock.now

    @Test("are left alone for their time, and then tried again")
    func rest() {
        var texts = RefusedTexts(rest: .seconds(60))
        texts.add("a", at: now)
        #expect(texts.current(at: now.advanced(by: .seconds(59))) == ["a"])
        #expect(texts.current(at: now.advanced(by: .seconds(61))).isEmpty)
    }

    @Test("are bounded: the oldest make room")
    func bound() {
        var texts = RefusedTexts(limit: 2)
        for (number, name) in ["a", "b", "c"].enumerated() { texts.add(name, at: now.advanced(by: .seconds(number))) }
        #expect(texts.current(at: now) == ["b", "c"])
    }
}
