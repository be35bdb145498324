import Gzip
import Testing

@Suite("Gzip and hostile input")
struct HostileInputTests {
    /// Bytes that compress a little: neither constant nor random.
    private static func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return index % 3 == 0 ? UInt8(truncatingIfNeeded: state >> 56) : UInt8(truncatingIfNeeded: index / 64)
        }
    }

    @Test("A bomb stops at the bound")
    func bomb() throws {
        let packed = Gzip.compress([UInt8](repeating: 0, count: 20_000_000), level: 9)
        #expect(packed.count < 30_000)
        #expect(throws: GzipError.tooLarge(limit: 1_000_000)) {
            try Gzip.expand(packed, upTo: 1_000_000)
        }
    }

    @Test("A bomb of many members stops at the bound too")
    func memberBomb() throws {
        let member = Gzip.compress([UInt8](repeating: 7, count: 1_000))
        let packed = [[UInt8]](repeating: member, count: 100).flatMap { $0 }
        #expect(try Gzip.expand(packed, upTo: 100_000).count == 100_000)
        #expect(throws: GzipError.tooLarge(limit: 99_999)) {
            try Gzip.expand(packed, upTo: 99_999)
        }
    }

    @Test("The bound is exact")
    func exactBound() throws {
        let packed = Gzip.compress([1, 2, 3, 4])
        #expect(try Gzip.expand(packed, upTo: 4) == [1, 2, 3, 4])
        #expect(throws: GzipError.tooLarge(limit: 3)) {
            try Gzip.expand(packed, upTo: 3)
        }
        let empty = Gzip.compress([])
        #expect(try Gzip.expand(empty, upTo: 0) == [])
    }

    @Test("Every cut is told from the whole")
    func truncated() throws {
        let packed = Gzip.compress(Self.sample(300))
        for count in 0..<packed.count {
            #expect(throws: GzipError.truncated) {
                try Gzip.expand(Array(packed.prefix(count)), upTo: 1_000)
            }
        }
    }

    @Test("Something after the last member is refused")
    func trailing() throws {
        let packed = Gzip.compress([1, 2, 3])
        #expect(throws: GzipError.malformed) {
            try Gzip.expand(packed + [0x1F, 0x8C], upTo: 1_000)
        }
    }

    @Test("Flipped bits never trap and never change what comes out unseen")
    func flippedBits() throws {
        let bytes = Self.sample(500)
        let packed = Gzip.compress(bytes)
        // The ten header bytes hold a time and flags that nothing checks.
        for index in 10..<packed.count {
            for bit in 0..<8 {
                var damaged = packed
                damaged[index] ^= 1 << UInt8(bit)
                // Padding before the checksum may be anything: then the bytes are still right.
                if let unpacked = try? Gzip.expand(damaged, upTo: 10_000) {
                    #expect(unpacked == bytes)
                }
            }
        }
    }

    @Test("Random bytes never trap")
    func randomBytes() {
        for seed in 0..<500 {
            let bytes = Self.sample(seed % 90, seed: UInt64(seed))
            _ = try? Gzip.expand(bytes, upTo: 1_000)
            _ = try? Gzip.expand([0x1F, 0x8B, 8, 0] + bytes, upTo: 1_000)
        }
    }
}
