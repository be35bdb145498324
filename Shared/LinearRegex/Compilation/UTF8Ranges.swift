/// Ranges of scalars as sequences of ranges of bytes.
enum UTF8Ranges {
    /// The sequences that together match the UTF-8 of exactly the scalars of a range.
    static func sequences(of range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        var result: [[ClosedRange<UInt8>]] = []
        var pending = [range]
        while let range = pending.popLast() {
            if let (low, high) = split(range) {
                pending.append(high)
                pending.append(low)
                continue
            }
            let low = encode(range.lowerBound)
            let high = encode(range.upperBound)
            result.append(zip(low, high).map { $0...$1 })
        }
        return result
    }

    /// Two halves, where one sequence would not do: at a change of length, or of a byte that is not the last.
    private static func split(_ range: ClosedRange<UInt32>) -> (ClosedRange<UInt32>, ClosedRange<UInt32>)? {
        let (low, high) = (range.lowerBound, range.upperBound)
        for last in [0x7F, 0x7FF, 0xFFFF] as [UInt32] where low <= last && last < high {
            return (low...last, (last + 1)...high)
        }
        guard high > 0x7F else { return nil }
        for bits in [6, 12, 18] as [UInt32] {
            let mask: UInt32 = (1 << bits) - 1
            guard low & ~mask != high & ~mask else { continue }
            if low & mask != 0 { return (low...(low | mask), ((low | mask) + 1)...high) }
            if high & mask != mask { return (low...((high & ~mask) - 1), (high & ~mask)...high) }
        }
        return nil
    }

    private static func encode(_ value: UInt32) -> [UInt8] {
        let tail = { (shift: UInt32) in UInt8(0x80 | (value >> shift & 0x3F)) }
        switch value {
        case ...0x7F: return [UInt8(value)]
        case ...0x7FF: return [UInt8(0xC0 | value >> 6), tail(0)]
        case ...0xFFFF: return [UInt8(0xE0 | value >> 12), tail(6), tail(0)]
        default: return [UInt8(0xF0 | value >> 18), tail(12), tail(6), tail(0)]
        }
    }
}
