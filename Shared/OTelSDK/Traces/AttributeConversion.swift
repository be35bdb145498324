import OTLP
import Tracing

extension AnyValue {
    /// The value of a span attribute.
    ///
    /// - Parameter length: The longest text that is kept, in characters.
    init(_ attribute: SpanAttribute, limit length: Int? = nil) {
        switch attribute {
        case .int32(let value): self = .int(Int64(value))
        case .int64(let value): self = .int(value)
        case .int32Array(let values): self = .array(values.map { .int(Int64($0)) })
        case .int64Array(let values): self = .array(values.map { .int($0) })
        case .double(let value): self = .double(value)
        case .doubleArray(let values): self = .array(values.map { .double($0) })
        case .bool(let value): self = .bool(value)
        case .boolArray(let values): self = .array(values.map { .bool($0) })
        case .string(let value): self = .string(value.truncated(to: length))
        case .stringArray(let values): self = .array(values.map { .string($0.truncated(to: length)) })
        case .stringConvertible(let value): self = .string(value.description.truncated(to: length))
        case .stringConvertibleArray(let values):
            self = .array(values.map { .string($0.description.truncated(to: length)) })
        default: self = .empty
        }
    }
}

extension SpanAttributes {
    /// The attributes as OTLP has them, and how many did not fit.
    func keyValues(limit: Int, valueLength: Int?) -> (kept: [KeyValue], dropped: UInt32) {
        var kept: [KeyValue] = []
        kept.reserveCapacity(Swift.min(count, limit))
        var dropped: UInt32 = 0
        forEach { key, attribute in
            if kept.count < limit, !key.isEmpty {
                kept.append(KeyValue(key: key, value: AnyValue(attribute, limit: valueLength)))
            } else {
                dropped += 1
            }
        }
        return (kept, dropped)
    }
}

extension String {
    /// At most so many characters of the text.
    func truncated(to length: Int?) -> String {
        guard let length, utf8.count > length, count > length else { return self }
        return String(prefix(length))
    }
}
