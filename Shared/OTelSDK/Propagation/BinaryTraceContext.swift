import OTLP

/// OpenCensus' binary form of a span's identity, as `grpc-trace-bin` carries it: a version and three numbered fields
/// (OpenTelemetry specification, OpenCensus Compatibility).
public enum BinaryTraceContext {
    private static let length = 29

    /// The 29 bytes of a span's identity; empty when it is not valid. Tracestate has no place in them.
    public static func encode(_ span: SpanContext) -> [UInt8] {
        guard span.isValid else { return [] }
        var bytes: [UInt8] = [0, 0]
        bytes.reserveCapacity(length)
        append(span.traceID.high, to: &bytes)
        append(span.traceID.low, to: &bytes)
        bytes.append(1)
        append(span.spanID.value, to: &bytes)
        bytes += [2, span.flags & SpanContext.sampledFlag]
        return bytes
    }

    /// The identity of a remote span; `nil` when the bytes are not of this form.
    public static func decode(_ bytes: [UInt8]) -> SpanContext? {
        guard bytes.count >= length, bytes[0] == 0, bytes[1] == 0, bytes[18] == 1, bytes[27] == 2 else { return nil }
        let span = SpanContext(
            traceID: TraceID(high: number(bytes, at: 2), low: number(bytes, at: 10)),
            spanID: SpanID(value: number(bytes, at: 19)),
            flags: bytes[28] & SpanContext.sampledFlag,
            isRemote: true
        )
        return span.isValid ? span : nil
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private static func number(_ bytes: [UInt8], at index: Int) -> UInt64 {
        bytes[index..<index + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
