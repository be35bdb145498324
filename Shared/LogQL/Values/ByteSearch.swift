#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Looks for bytes in bytes.
enum ByteSearch {
    /// Longer texts are looked for in linear time, which costs a table.
    private static let shortest = 128

    /// Where some bytes first stand in a line, at a place or behind it.
    static func first(_ bytes: [UInt8], in line: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Int? {
        guard let first = bytes.first else { return start <= line.count ? start : nil }
        guard let base = line.baseAddress, start <= line.count - bytes.count else { return nil }
        if bytes.count > shortest { return firstOfLong(bytes, in: line, from: start) }
        var position = start
        let last = line.count - bytes.count
        while position <= last, let found = memchr(base + position, Int32(first), last - position + 1) {
            position = UnsafeRawPointer(base).distance(to: found)
            if memcmp(base + position, bytes, bytes.count) == 0 { return position }
            position += 1
        }
        return nil
    }

    /// Knuth, Morris and Pratt's way: no byte of the line is looked at twice.
    private static func firstOfLong(_ bytes: [UInt8], in line: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var fallbacks = [0]
        var matched = 0
        for index in 1..<bytes.count {
            while matched > 0, bytes[index] != bytes[matched] { matched = fallbacks[matched - 1] }
            if bytes[index] == bytes[matched] { matched += 1 }
            fallbacks.append(matched)
        }
        matched = 0
        for index in start..<line.count {
            while matched > 0, line[index] != bytes[matched] { matched = fallbacks[matched - 1] }
            if line[index] == bytes[matched] { matched += 1 }
            if matched == bytes.count { return index - bytes.count + 1 }
        }
        return nil
    }
}
