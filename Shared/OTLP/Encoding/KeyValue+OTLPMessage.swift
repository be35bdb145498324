extension KeyValue: OTLPMessage {
    static let fieldNumbers: [String: Int] = ["key": 1, "value": 2]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.string(1, "key", key)
        encoder.anyValue(2, "value", value)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: key = try decoder.string()
        case 2: value = try decoder.anyValue()
        default: try decoder.skip()
        }
    }
}

/// `ArrayValue` and `KeyValueList`, which exist on the wire only.
struct ArrayValue: OTLPMessage {
    static let fieldNumbers: [String: Int] = ["values": 1]
    var values: [AnyValueMessage] = []

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "values", values)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        if field == 1 { try decoder.appendMessages(to: &values) } else { try decoder.skip() }
    }
}

/// `KeyValueList`, which exists on the wire only.
struct KeyValueList: OTLPMessage {
    static let fieldNumbers: [String: Int] = ["values": 1]
    var values: [KeyValue] = []

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.attributes(1, "values", values)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        if field == 1 { try decoder.appendMessages(to: &values) } else { try decoder.skip() }
    }
}

/// An `AnyValue` as a message of its own.
struct AnyValueMessage: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "stringValue": 1, "boolValue": 2, "intValue": 3, "doubleValue": 4, "arrayValue": 5, "kvlistValue": 6,
        "bytesValue": 7,
    ]
    var value: AnyValue

    init() {
        value = .empty
    }

    init(_ value: AnyValue) {
        self.value = value
    }

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        preconditionFailure("Encoders write AnyValue themselves: a member of a oneof is written at its default too.")
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: value = .string(try decoder.string())
        case 2: value = .bool(try decoder.bool())
        case 3: value = .int(try decoder.int64())
        case 4: value = .double(try decoder.double())
        case 5: value = .array(try decoder.message(ArrayValue.self).values.map(\.value))
        case 6: value = .keyValues(try decoder.message(KeyValueList.self).values)
        case 7: value = .bytes(try decoder.bytes())
        default: try decoder.skip()
        }
    }
}
