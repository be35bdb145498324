import Gzip
import Testing

@Suite("Gzip")
struct GzipTests {
    @Test("gives back what it was given", arguments: [0, 1, 1_000, 1_000_000])
    func roundTrip(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        #expect(try Gzip.expand(Gzip.compress(bytes), upTo: size) == bytes)
    }

    @Test("compresses piece by piece what is expanded as one", arguments: [0, 1, 1_000, 1_000_000])
    func pieces(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let stream = GzipStream()
        var compressed: [UInt8] = []
        for start in stride(from: 0, to: size, by: 70_000) {
            compressed += stream.compress(Array(bytes[start..<min(start + 70_000, size)]))
        }
        compressed += stream.finish()
        #expect(try Gzip.expand(compressed, upTo: size) == bytes)
    }

    @Test("expands several members as one")
    func members() throws {
        #expect(try Gzip.expand(Gzip.compress([1, 2]) + Gzip.compress([3]), upTo: 10) == [1, 2, 3])
    }

    @Test("stops a bomb at the limit")
    func bomb() {
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 10_000_000))
        #expect(throws: GzipError.tooLarge(limit: 100_000)) { try Gzip.expand(bomb, upTo: 100_000) }
    }

    @Test("tells what is cut off from what is not gzip")
    func malformed() {
        #expect(throws: GzipError.truncated) { try Gzip.expand(Array(Gzip.compress([1, 2, 3]).dropLast(4)), upTo: 10) }
        #expect(throws: GzipError.malformed) { try Gzip.expand(Array("not gzip at all".utf8), upTo: 10) }
    }
}
