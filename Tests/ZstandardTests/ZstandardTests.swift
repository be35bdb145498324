import Testing
import Zstandard

@Suite("Zstandard")
struct ZstandardTests {
    private let text = Array("to be or not to be, that is the question. ".utf8)

    @Test("What was compressed comes out again", arguments: [0, 1, 1_000, 100_000])
    func roundTrip(repetitions: Int) throws {
        let content = Array(repeatElement(text, count: repetitions).joined())
        let compressed = Zstandard.compress(content)
        #expect(try Zstandard.expand(compressed, upTo: content.count) == content)
    }

    @Test("Frames in a row are one content")
    func severalFrames() throws {
        let compressed = Zstandard.compress(text) + Zstandard.compress(text)
        #expect(try Zstandard.expand(compressed, upTo: 1_000) == text + text)
    }

    @Test("More than the limit does not come out")
    func limit() {
        let bomb = Zstandard.compress([UInt8](repeating: 0, count: 100 << 20))
        #expect(bomb.count < 20_000)
        #expect(throws: ZstandardError.tooLarge(limit: 1 << 20)) { try Zstandard.expand(bomb, upTo: 1 << 20) }
    }

    @Test("Every beginning of a frame is too short, and other bytes are no frame")
    func broken() {
        let compressed = Zstandard.compress(text)
        for length in 0..<compressed.count {
            #expect(throws: ZstandardError.truncated) {
                try Zstandard.expand(Array(compressed[..<length]), upTo: 1_000)
            }
        }
        #expect(throws: ZstandardError.malformed) { try Zstandard.expand(text, upTo: 1_000) }
    }
}
