/// The 16 bytes that name a trace; all zero means that there is none.
public struct TraceID: Sendable, Hashable {
    /// The first eight bytes, most significant first.
    public var high: UInt64
    /// The last eight bytes, most significant first.
    public var low: UInt64

    /// No trace.
    public static let none = TraceID(high: 0, low: 0)

    /// Creates an id from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whether it names a trace (W3C Trace Context: not all zero).
    public var isValid: Bool { high | low != 0 }
}

/// The 8 bytes that name a span within its trace; all zero means that there is none.
public struct SpanID: Sendable, Hashable {
    /// The bytes, most significant first.
    public var value: UInt64

    /// No span.
    public static let none = SpanID(value: 0)

    /// Creates an id.
    public init(value: UInt64) {
        self.value = value
    }

    /// Whether it names a span (W3C Trace Context: not all zero).
    public var isValid: Bool { value != 0 }
}

extension TraceID: LosslessStringConvertible {
    /// 32 lowercase hexadecimal digits.
    public var description: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            Hexadecimal.write(high, to: buffer, at: 0)
            Hexadecimal.write(low, to: buffer, at: 16)
            return 32
        }
    }

    /// Reads 32 hexadecimal digits of either case.
    public init?(_ text: String) {
        var utf8 = text.utf8.makeIterator()
        guard text.utf8.count == 32, let high = Hexadecimal.read(&utf8), let low = Hexadecimal.read(&utf8) else {
            return nil
        }
        self.init(high: high, low: low)
    }
}

extension SpanID: LosslessStringConvertible {
    /// 16 lowercase hexadecimal digits.
    public var description: String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            Hexadecimal.write(value, to: buffer, at: 0)
            return 16
        }
    }

    /// Reads 16 hexadecimal digits of either case.
    public init?(_ text: String) {
        var utf8 = text.utf8.makeIterator()
        guard text.utf8.count == 16, let value = Hexadecimal.read(&utf8) else { return nil }
        self.init(value: value)
    }
}
