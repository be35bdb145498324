import OTLP

/// A hash of a few words and short texts, faster than the standard library's: it need not withstand an attacker, since
/// how many sets there are is limited.
struct FastHash {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    var finished: UInt64 {
        let mixed = (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ mixed >> 32
    }

    mutating func mix(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        state = product.high ^ product.low &+ 0xE703_7ED1_A0B4_28DB
    }

    mutating func combine(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                mix(UnsafeRawPointer(bytes.baseAddress! + index).loadUnaligned(as: UInt64.self))
                index += 8
            }
            var rest: UInt64 = UInt64(bytes.count) << 56
            while index < bytes.count {
                rest = rest << 8 ^ UInt64(bytes[index])
                index += 1
            }
            mix(rest)
        }
    }

    mutating func combine(_ value: AnyValue) {
        switch value {
        case .empty: mix(1)
        case .string(let text): combine(text)
        case .bool(let value): mix(value ? 3 : 2)
        case .int(let value): mix(UInt64(bitPattern: value))
        case .double(let value): mix(value == 0 ? 0 : value.bitPattern)
        case .array(let values): for value in values { combine(value) }
        case .keyValues(let values):
            for value in values {
                combine(value.key)
                combine(value.value)
            }
        case .bytes(let bytes): for byte in bytes { mix(UInt64(byte)) }
        }
    }
}
