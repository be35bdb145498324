import OTLP

/// A column of texts that rarely repeat (`String`).
struct TextColumn: NativeColumn {
    private var bytes: [UInt8] = []
    private(set) var rowCount = 0

    var typeName: String { "String" }
    var byteCount: Int { bytes.count }

    mutating func append(_ text: String) {
        bytes.append(text: text)
        rowCount += 1
    }

    mutating func append(_ text: String, rows: Int) {
        for _ in 0..<rows { append(text) }
    }

    /// Appends a text of a body.
    mutating func append(_ text: WireBytes) {
        bytes.append(varint: text.count)
        bytes.append(contentsOf: text)
        rowCount += 1
    }

    /// Appends the `AnyValue` message of a body as the text that OpenTelemetry's collector makes of it.
    mutating func append(value message: WireBytes) {
        if WireValue.shortText(message) != nil {
            // Its length stands before it as it does here.
            bytes.append(contentsOf: WireBytes(rebasing: message[1...]))
            rowCount += 1
        } else {
            append((try? WireValue(message)) ?? .empty)
        }
    }

    private mutating func append(_ value: WireValue) {
        switch value {
        case .empty: append(WireBytes.none)
        case .text(let text): append(text)
        case .int(let number):
            appendDecimal(number)
            rowCount += 1
        case .bool, .double, .bytes, .array, .keyValues: append((try? value.model()) ?? .empty)
        }
    }

    private mutating func appendDecimal(_ number: Int64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = number.magnitude
            var start = digits.count
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            bytes.append(varint: digits.count - start)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Appends a trace id in hexadecimal digits; none is the empty text.
    mutating func append(traceID id: (high: UInt64, low: UInt64)) {
        if id.high | id.low != 0 { appendDigits(id.high, id.low) } else { append("") }
    }

    /// Appends a span id in hexadecimal digits; none is the empty text.
    mutating func append(spanID id: UInt64) {
        if id != 0 { appendDigits(id) } else { append("") }
    }

    /// Appends a value as the text that OpenTelemetry's collector makes of it.
    mutating func append(_ value: AnyValue) {
        if case .string(let text) = value {
            append(text)
        } else {
            let text = ValueText.bytes(of: value)
            bytes.append(varint: text.count)
            bytes.append(contentsOf: text)
            rowCount += 1
        }
    }

    /// Appends ids as exemplars have them: none is all zeros.
    mutating func appendWithZeros(_ id: TraceID) {
        appendDigits(id.high, id.low)
    }

    /// Appends ids as exemplars have them: none is all zeros.
    mutating func appendWithZeros(_ id: SpanID) {
        appendDigits(id.value)
    }

    private mutating func appendDigits(_ high: UInt64, _ low: UInt64) {
        bytes.append(32)
        bytes.append(hexadecimal: high)
        bytes.append(hexadecimal: low)
        rowCount += 1
    }

    private mutating func appendDigits(_ value: UInt64) {
        bytes.append(16)
        bytes.append(hexadecimal: value)
        rowCount += 1
    }

    /// Appends the last texts again.
    mutating func repeatLast(from start: Mark, times: Int) {
        guard times > 0 else { return }
        let last = Array(bytes[start.bytes...])
        let rows = rowCount - start.rows
        for _ in 0..<times { bytes.append(contentsOf: last) }
        rowCount += rows * times
    }

    /// A place in the column, to repeat from.
    struct Mark {
        fileprivate let bytes: Int
        fileprivate let rows: Int
    }

    var mark: Mark { Mark(bytes: bytes.count, rows: rowCount) }

    func writeData(to output: inout [UInt8]) {
        output.append(contentsOf: bytes)
    }
}

extension [UInt8] {
    /// Appends sixteen lower-case hexadecimal digits.
    fileprivate mutating func append(hexadecimal value: UInt64) {
        // Each nibble gets a byte of its own, and all of them become digits at once.
        func spread(_ half: UInt32) -> UInt64 {
            var bits = UInt64(half)
            bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF
            bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF
            bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F
            let letters = (bits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
            return bits + 0x3030_3030_3030_3030 + letters * 39
        }
        append(rawBytesOf: spread(UInt32(truncatingIfNeeded: value >> 32)).bigEndian)
        append(rawBytesOf: spread(UInt32(truncatingIfNeeded: value)).bigEndian)
    }

    private mutating func append(rawBytesOf number: UInt64) {
        Swift.withUnsafeBytes(of: number) { append(contentsOf: $0) }
    }
}
