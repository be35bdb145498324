import OTLP

/// How many attributes one thing may have, and how long their text may be.
struct AttributeLimits: Sendable {
    var count: Int
    var valueLength: Int?

    /// Sets a value in place of the one that the key had, or adds it; counts what does not fit.
    @inline(__always)
    func set(_ attribute: KeyValue, in attributes: inout [KeyValue], dropped: inout UInt32) {
        for index in attributes.indices where attributes[index].key.isSameKey(as: attribute.key) {
            attributes[index].value = kept(attribute.value)
            return
        }
        append(attribute, to: &attributes, dropped: &dropped)
    }

    @inline(__always)
    func append(_ attribute: KeyValue, to attributes: inout [KeyValue], dropped: inout UInt32) {
        guard attributes.count < count, !attribute.key.isEmpty else {
            dropped &+= 1
            return
        }
        if valueLength == nil {
            attributes.append(attribute)
        } else {
            attributes.append(KeyValue(key: attribute.key, value: kept(attribute.value)))
        }
    }

    /// All of them within the limits; of a key that comes twice the last counts.
    func limited(_ attributes: [KeyValue]) -> (kept: [KeyValue], dropped: UInt32) {
        if attributes.isEmpty { return ([], 0) }
        var kept: [KeyValue] = []
        var dropped: UInt32 = 0
        kept.reserveCapacity(min(attributes.count, count))
        for attribute in attributes { set(attribute, in: &kept, dropped: &dropped) }
        return (kept, dropped)
    }

    private func kept(_ value: AnyValue) -> AnyValue {
        guard let valueLength else { return value }
        return value.truncated(to: valueLength)
    }
}
