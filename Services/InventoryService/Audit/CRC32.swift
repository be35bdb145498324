/// The cyclic redundancy check of IEEE 802.3, byte by byte from a table.
///
/// By hand, although zlib has one: what a byte costs here is the mechanism of an incident, and zlib's is so quick that
/// memory would run out before the processor.
enum CRC32 {
    private static let table = (0..<256 as Range<UInt32>).map { byte in
        (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }

    /// The checksum of what came before and of these bytes together.
    static func checksum(_ bytes: [UInt8], after previous: UInt32 = 0) -> UInt32 {
        let table = table
        return ~bytes.reduce(~previous) { rest, byte in rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] }
    }
}
