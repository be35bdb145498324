import OTLP
import Tracing

extension SpanAttributes {
    /// The attributes as OTLP has them, by name.
    var keyValues: [KeyValue] {
        if isEmpty { return [] }
        var attributes: [KeyValue] = []
        attributes.reserveCapacity(count)
        forEach { attributes.append(KeyValue(key: $0, value: AnyValue($1))) }
        attributes.sort { $0.key < $1.key }
        return attributes
    }
}

extension AnyValue {
    /// A value that the APIs know by its description only: numbers and truth values keep their type.
    init(describing value: any CustomStringConvertible) {
        switch value {
        case let value as Bool: self = .bool(value)
        case let value as Int: self = .int(Int64(value))
        case let value as any BinaryInteger:
            self = Int64(exactly: value).map { .int($0) } ?? .string(String(describing: value))
        case let value as Double: self = .double(value)
        case let value as Float: self = .double(Double(value))
        default: self = .string(value.description)
        }
    }

    /// The value of an attribute of the tracing API.
    init(_ attribute: SpanAttribute) {
        switch attribute {
        case .int32(let value): self = .int(Int64(value))
        case .int64(let value): self = .int(value)
        case .int32Array(let values): self = .array(values.map { .int(Int64($0)) })
        case .int64Array(let values): self = .array(values.map { .int($0) })
        case .double(let value): self = .double(value)
        case .doubleArray(let values): self = .array(values.map { .double($0) })
        case .bool(let value): self = .bool(value)
        case .boolArray(let values): self = .array(values.map { .bool($0) })
        case .string(let value): self = .string(value)
        case .stringArray(let values): self = .array(values.map { .string($0) })
        case .stringConvertible(let value): self = AnyValue(describing: value)
        case .stringConvertibleArray(let values): self = .array(values.map { AnyValue(describing: $0) })
        default: self = .empty
        }
    }
}

extension SpanAttribute {
    /// The tracing API's form of a value; what it has no form for becomes text.
    init(_ value: AnyValue) {
        switch value {
        case .empty: self = .string("")
        case .string(let text): self = .string(text)
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int64(value)
        case .double(let value): self = .double(value)
        case .array(let values): self = .init(array: values)
        case .keyValues(let values): self = .string(String(describing: values))
        case .bytes(let bytes): self = .int64Array(bytes.map { Int64($0) })
        }
    }

    private init(array values: [AnyValue]) {
        var integers: [Int64] = []
        var doubles: [Double] = []
        var booleans: [Bool] = []
        var texts: [String] = []
        for value in values {
            switch value {
            case .int(let value): integers.append(value)
            case .double(let value): doubles.append(value)
            case .bool(let value): booleans.append(value)
            case .string(let value): texts.append(value)
            default: break
            }
        }
        if integers.count == values.count {
            self = .int64Array(integers)
        } else if doubles.count == values.count {
            self = .doubleArray(doubles)
        } else if booleans.count == values.count {
            self = .boolArray(booleans)
        } else {
            self = .stringArray(texts)
        }
    }
}
