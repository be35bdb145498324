/// How much memory a body takes once it is decoded, estimated before that is done.
///
/// Two bytes of protobuf can say "an empty span", which takes some hundred times as many once it is a value, and zeros
/// compress well: without this, 20 KB on the wire could become gigabytes. It counts values and does not check them;
/// what is malformed is found by the decoder.
enum DecodingCost {
    /// What a JSON value takes, whatever it is.
    private static let bytesPerJSONValue = 64
    /// How deep the decoder goes at most.
    private static let maximumDepth = 64

    /// About how many bytes a body takes once it is decoded.
    static func estimate(_ body: [UInt8], in encoding: OTLPEncoding, for signal: Signal) -> Int {
        switch encoding {
        case .json:
            JSONValueCount.count(body) * bytesPerJSONValue
        case .protobuf:
            body.withUnsafeBufferPointer { bytes in
                cost(of: .request, bytes, signal, depth: 0)
            }
        }
    }

    private static func cost(
        of message: Message,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ signal: Signal,
        depth: Int
    ) -> Int {
        var total = message.cost
        guard depth < maximumDepth else { return total }
        var position = 0
        while position < bytes.count {
            guard let tag = varint(bytes, &position) else { return total }
            let length: Int
            switch tag & 7 {
            case 0:
                guard varint(bytes, &position) != nil else { return total }
                continue
            case 1: length = 8
            case 2:
                guard let written = varint(bytes, &position), written <= UInt64(bytes.count) else { return total }
                length = Int(written)
            case 5: length = 4
            default: return total
            }
            guard length <= bytes.count - position else { return total }
            if tag & 7 == 2, let child = message.child(tag >> 3, signal) {
                let part = UnsafeBufferPointer(rebasing: bytes[position..<position + length])
                total += cost(of: child, part, signal, depth: depth + 1)
            }
            position += length
        }
        return total
    }

    private static func varint(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 70 {
            let octet = bytes[position]
            position += 1
            value |= UInt64(octet & 0x7F) << shift
            if octet < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}

extension DecodingCost {
    /// The messages that may repeat, as far as their number decides what a body takes.
    private enum Message {
        case request, group, resource, scopeGroup, scope
        case span, event, link, record, metric, data, point, exemplar
        case keyValue, anyValue, array, keyValueList

        /// About how many bytes one takes, beside its texts.
        var cost: Int {
            switch self {
            case .request, .data, .array, .keyValueList: 0
            case .group, .scopeGroup, .span, .record, .metric, .point: 250
            case .resource, .scope, .event, .link, .exemplar: 90
            case .keyValue: 24
            case .anyValue: 40
            }
        }

        /// What a field of this message is; `nil` for a text or a number.
        func child(_ field: UInt64, _ signal: Signal) -> Message? {
            switch (self, field) {
            case (.request, 1): .group
            case (.group, 1): .resource
            case (.group, 2): .scopeGroup
            case (.scopeGroup, 1): .scope
            case (.scopeGroup, 2):
                switch signal {
                case .spans: .span
                case .logRecords: .record
                case .metricPoints: .metric
                }
            case (.span, 11): .event
            case (.span, 13): .link
            case (.record, 5): .anyValue
            case (.metric, 5), (.metric, 7), (.metric, 9), (.metric, 10), (.metric, 11): .data
            case (.data, 1): .point
            // The five kinds of points number their fields differently; taking buckets for something else costs little.
            case (.point, 5), (.point, 6), (.point, 8), (.point, 11): .exemplar
            case (.resource, 1), (.scope, 3), (.span, 9), (.event, 3), (.link, 4), (.record, 6), (.metric, 12),
                (.point, 1), (.point, 7), (.point, 9), (.exemplar, 7), (.keyValueList, 1):
                .keyValue
            case (.keyValue, 2), (.array, 1): .anyValue
            case (.anyValue, 5): .array
            case (.anyValue, 6): .keyValueList
            default: nil
            }
        }
    }
}
