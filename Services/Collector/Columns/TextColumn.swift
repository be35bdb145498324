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

    /// Appends a trace id in hexadecimal digits; none is the empty text.
    mutating func append(_ id: TraceID) {
        if id.isValid { appendDigits(id.high, id.low) } else { append("") }
    }

    /// Appends a span id in hexadecimal digits; none is the empty text.
    mutating func append(_ id: SpanID) {
        if id.isValid { appendDigits(id.value) } else { append("") }
    }

    /// Appends ids as exemplars have them: none is all zeros.
    mutating func appendWithZeros(_ id: TraceID) {
        appendDigits(id.high, id.low)
    }

    /// Appends ids as exemplars have them: none is all zeros.
    mutating func appendWithZeros(_ id: SpanID) {
        appendDigits(id.value)
    }

    private mutating func appendDigits(_ parts: UInt64...) {
        bytes.append(varint: parts.count * 16)
        for part in parts {
            for shift in stride(from: 60 as UInt64, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: part >> shift) & 0xF
                bytes.append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a"))
            }
        }
        rowCount += 1
    }

    /// Appends the last texts again.
    mutating func repeatLast(from start: Mark, times: Int) {
        let end = bytes.count
        let rows = rowCount - start.rows
        bytes.reserveCapacity(end + (end - start.bytes) * times)
        for _ in 0..<times { bytes.append(contentsOf: bytes[start.bytes..<end]) }
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
