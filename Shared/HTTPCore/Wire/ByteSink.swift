import HTTPTypes

/// Something that bytes are written to.
protocol ByteSink {
    mutating func append(contentsOf bytes: UnsafeRawBufferPointer)
}

extension [UInt8]: ByteSink {}

extension ByteSink {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: UnsafeRawBufferPointer($0)) }
    }

    mutating func appendDecimal(_ number: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = number
            var first = 20
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[first...]))
        }
    }

    mutating func appendHexadecimal(_ number: Int) {
        append(String(number, radix: 16))
    }

    /// Appends a field line. HTTPField checked its value when it was made; should it ever let through what ends a line,
    /// the line is left out, so that nothing in a value can split a message.
    mutating func append(_ field: HTTPField) {
        let isSafe = field.withUnsafeBytesOfValue { $0.allSatisfy(Octet.isFieldValue) }
        guard isSafe else { return }
        append(field.name.canonicalName)
        append(": ")
        field.withUnsafeBytesOfValue { append(contentsOf: UnsafeRawBufferPointer($0)) }
        append("\r\n")
    }
}
