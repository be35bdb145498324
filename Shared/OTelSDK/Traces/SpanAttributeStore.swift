import OTLP
import Tracing

/// A span's attributes, in the form in which they were set last: as a list, or as the tracing API's dictionary.
///
/// Converting one form into the other costs more than the rest of a span. So it is done only when a span uses both
/// forms, and at export.
struct SpanAttributeStore {
    /// Room for the attributes that most spans have, so that the array is allocated once.
    private static let usualCount = 8

    private var list: [KeyValue] = []
    /// How many of the list's attributes the span started with. A later assignment keeps them.
    private var startCount = 0
    /// Stands in the place of the rest of the list when it is there.
    private var dictionary: SpanAttributes?
    /// How many did not fit.
    private(set) var dropped: UInt32 = 0
    /// Another one after every change, so that who has read the attributes can tell whether they are still the same.
    private(set) var revision: UInt64 = 0

    @inline(__always)
    mutating func set(_ attribute: KeyValue, within limits: AttributeLimits) {
        revision &+= 1
        if dictionary != nil { becomeList() }
        if list.capacity == 0 { list.reserveCapacity(Self.usualCount) }
        limits.set(attribute, in: &list, dropped: &dropped)
    }

    /// The attributes for export; those of a dictionary by name, so that they always come in the same order.
    var keyValues: [KeyValue] {
        guard let dictionary else { return list }
        let started = list.map { attribute in
            KeyValue(key: attribute.key, value: dictionary.get(attribute.key).map { AnyValue($0) } ?? attribute.value)
        }
        return started
            + dictionary.keyValues.filter { attribute in
                !attribute.key.isEmpty && !started.contains { $0.key == attribute.key }
            }
    }

    /// How many were dropped, with those that have no name.
    var droppedCount: UInt32 {
        dictionary?.get("") == nil ? dropped : dropped &+ 1
    }

    /// The attributes as the tracing API has them.
    var spanAttributes: SpanAttributes {
        // Without a copy as long as it has all that the span started with.
        if let dictionary, list.allSatisfy({ dictionary.get($0.key) != nil }) { return dictionary }
        var attributes = dictionary ?? SpanAttributes([:])
        attributes.reserveCapacity(attributes.count + list.count)
        for attribute in list where dictionary?.get(attribute.key) == nil {
            attributes.set(attribute.key, value: SpanAttribute(attribute.value))
        }
        return attributes
    }

    /// Marks the current attributes as those that the span started with.
    mutating func start() {
        becomeList()
        startCount = list.count
    }

    /// Replaces all attributes except those that the span started with.
    mutating func replace(with attributes: SpanAttributes, within limits: AttributeLimits) {
        revision &+= 1
        if attributes.count + startCount <= limits.count, limits.valueLength == nil {
            dictionary = attributes
            list.removeLast(list.count - startCount)
        } else {
            change(from: nil, to: attributes, within: limits)
        }
    }

    /// Takes what became of the attributes that were read at a revision.
    ///
    /// When nobody has changed them since, they are all there is. Otherwise what is new is set, and what was there before
    /// and is missing afterwards is removed.
    mutating func change(
        from before: SpanAttributes,
        at revision: UInt64,
        to after: SpanAttributes,
        within limits: AttributeLimits
    ) {
        guard revision == self.revision, after.count <= limits.count, limits.valueLength == nil else {
            return change(from: before, to: after, within: limits)
        }
        self.revision &+= 1
        dictionary = after
        list.removeLast(list.count - startCount)
        list.removeAll { after.get($0.key) == nil }
        startCount = list.count
    }

    /// Sets what is new, and removes what was there before and is missing afterwards.
    private mutating func change(from before: SpanAttributes?, to after: SpanAttributes, within limits: AttributeLimits)
    {
        revision &+= 1
        becomeList()
        let isKept: (KeyValue) -> Bool = { attribute in
            after.get(attribute.key) != nil || before.map { $0.get(attribute.key) == nil } ?? false
        }
        var started = Array(list.prefix(startCount))
        if before != nil { started.removeAll { !isKept($0) } }
        list = started + list.dropFirst(startCount).filter(isKept)
        startCount = started.count
        for attribute in after.keyValues { limits.set(attribute, in: &list, dropped: &dropped) }
    }

    @inline(never)
    private mutating func becomeList() {
        guard dictionary != nil else { return }
        (list, dropped) = (keyValues, droppedCount)
        dictionary = nil
    }
}
