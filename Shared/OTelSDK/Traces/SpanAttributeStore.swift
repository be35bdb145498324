import OTLP
import Tracing

/// A span's attributes, in the form in which they were set last: as a list, or as the tracing API's dictionary.
///
/// To turn one into the other costs more than the rest of a span does. So it is done when both forms are used on one
/// span, and otherwise only at the end of its way, by whoever exports it.
struct SpanAttributeStore {
    /// Room for the attributes that most spans have, so that the array is allocated once.
    private static let usualCount = 8

    private var list: [KeyValue] = []
    /// Stands in the list's place when it is there.
    private var dictionary: SpanAttributes?
    /// How many did not fit.
    private(set) var dropped: UInt32 = 0

    @inline(__always)
    mutating func set(_ attribute: KeyValue, within limits: AttributeLimits) {
        if dictionary != nil { becomeList() }
        if list.capacity == 0 { list.reserveCapacity(Self.usualCount) }
        limits.set(attribute, in: &list, dropped: &dropped)
    }

    /// The attributes for export; those of a dictionary by name, so that they always come in the same order.
    var keyValues: [KeyValue] {
        guard let dictionary else { return list }
        return dictionary.keyValues.filter { !$0.key.isEmpty }
    }

    /// How many were dropped, with those that have no name.
    var droppedCount: UInt32 {
        dictionary?.get("") == nil ? dropped : dropped &+ 1
    }

    /// The attributes as the tracing API has them.
    var spanAttributes: SpanAttributes {
        if let dictionary { return dictionary }
        var attributes = SpanAttributes([:])
        attributes.reserveCapacity(list.count)
        for attribute in list { attributes.set(attribute.key, value: SpanAttribute(attribute.value)) }
        return attributes
    }

    /// Takes these attributes in place of all that there are.
    mutating func replace(with attributes: SpanAttributes, within limits: AttributeLimits) {
        if attributes.count <= limits.count, limits.valueLength == nil {
            dictionary = attributes
            list = []
        } else {
            change(from: nil, to: attributes, within: limits)
        }
    }

    /// Sets what is new, and takes out what somebody saw before and then took out.
    mutating func change(from before: SpanAttributes?, to after: SpanAttributes, within limits: AttributeLimits) {
        becomeList()
        list.removeAll { attribute in
            after.get(attribute.key) == nil && (before.map { $0.get(attribute.key) != nil } ?? true)
        }
        for attribute in after.keyValues { limits.set(attribute, in: &list, dropped: &dropped) }
    }

    @inline(never)
    private mutating func becomeList() {
        guard dictionary != nil else { return }
        (list, dropped) = (keyValues, droppedCount)
        dictionary = nil
    }
}
