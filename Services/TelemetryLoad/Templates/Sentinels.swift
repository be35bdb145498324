import OTLP
import SeededRandom

/// Values for a template's places, by which they are found again in the encoded request: random, so that nothing else
/// looks like one.
struct Sentinels {
    private var random: SplitMix64
    private(set) var all: [(bytes: [UInt8], content: TelemetryTemplate.Mark.Content)] = []

    init(seed: UInt64) {
        random = SplitMix64(seed: seed, stream: 1)
    }

    /// A trace id for a place.
    mutating func traceID(trace: Int) -> TraceID {
        let id = TraceID(high: random.next(), low: random.next())
        mark(Self.bigEndian(id.high) + Self.bigEndian(id.low), .traceID(trace: UInt64(trace)))
        return id
    }

    /// A span id for a place.
    ///
    /// - Parameter record: The record whose own span it is.
    mutating func spanID(record: Int) -> SpanID {
        let id = SpanID(value: random.next())
        mark(Self.bigEndian(id.value), .spanID(record: UInt64(record)))
        return id
    }

    /// A time for a place.
    mutating func time(offset: Int64) -> UInt64 {
        let time = random.next()
        mark(Self.bigEndian(time.byteSwapped), .time(offset: offset))
        return time
    }

    /// A text of 16 digits for a place.
    mutating func digits(record: Int) -> String {
        let text = SpanID(value: random.next()).description
        mark(Array(text.utf8), .digits(record: UInt64(record)))
        return text
    }

    /// A whole number for a place.
    mutating func number(record: Int) -> Int64 {
        let number = random.next()
        mark(Self.bigEndian(number.byteSwapped), .number(record: UInt64(record)))
        return Int64(bitPattern: number)
    }

    private mutating func mark(_ bytes: [UInt8], _ content: TelemetryTemplate.Mark.Content) {
        all.append((bytes, content))
    }

    private static func bigEndian(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
