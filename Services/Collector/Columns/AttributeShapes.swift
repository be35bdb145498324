import Glibc

/// Which keys came together lately, in what order they are written, and which tokens they have.
///
/// Spans of one kind have the same keys in the same order. Finding the list again takes a comparison a key; sorting it
/// and looking up each key takes several times as long.
struct AttributeShapes: Sendable {
    /// A list of keys.
    struct Shape: Sendable {
        /// The keys as they came, one behind the other.
        fileprivate var keys: [UInt8] = []
        fileprivate var lengths: [Int] = []
        /// Where each attribute stands that is written next.
        fileprivate(set) var order: [UInt32] = []
        /// The tokens of the keys in the order in which they are written.
        fileprivate(set) var tokens: [UInt32] = []
    }

    private var shapes: [Shape] = []

    private static let slotCount = 64
    /// Longer lists share one more slot, so that shapes take little memory whatever comes.
    private static let longest = 128

    /// The tokens of a shape's keys in the order in which they are written.
    func tokens(of slot: Int) -> [UInt32] { shapes[slot].tokens }

    /// Calls a closure with the place of each attribute of a shape, in the order in which they are written.
    @inline(__always)
    func forEachPlace(in slot: Int, _ body: (Int) -> Void) {
        shapes[slot].order.withUnsafeBufferPointer { order in
            for place in order { body(Int(place)) }
        }
    }

    /// Where the shape of some attributes is; it is made when it is new, and then takes the place of another.
    mutating func shape(of attributes: ArraySlice<WireAttribute>, tokens: inout TokenColumn) -> Int {
        if shapes.isEmpty { shapes = [Shape](repeating: Shape(), count: Self.slotCount + 1) }
        let slot = Self.slot(of: attributes)
        if !matches(slot, attributes) { shapes[slot] = Self.shape(Array(attributes), &tokens) }
        return slot
    }

    private static func slot(of attributes: ArraySlice<WireAttribute>) -> Int {
        guard attributes.count <= longest else { return slotCount }
        var mark = attributes.count
        for attribute in attributes {
            let last = attribute.key.last.map { Int($0) } ?? 0
            mark = mark &* 31 &+ attribute.key.count &* 7 &+ last
        }
        return mark & (slotCount - 1)
    }

    private func matches(_ slot: Int, _ attributes: ArraySlice<WireAttribute>) -> Bool {
        shapes[slot].lengths.count == attributes.count
            && shapes[slot].keys.withUnsafeBytes { keys in
                var offset = 0
                for (length, attribute) in zip(shapes[slot].lengths, attributes) {
                    guard attribute.key.count == length else { return false }
                    if length > 0 {
                        guard memcmp(keys.baseAddress! + offset, attribute.key.baseAddress!, length) == 0 else {
                            return false
                        }
                    }
                    offset += length
                }
                return true
            }
    }

    private static func shape(_ attributes: [WireAttribute], _ tokens: inout TokenColumn) -> Shape {
        var shape = Shape()
        for attribute in attributes {
            shape.keys.append(contentsOf: attribute.key)
            shape.lengths.append(attribute.key.count)
        }
        // Equal keys stay in their order.
        let order = attributes.indices.sorted { left, right in
            let (first, second) = (attributes[left].key, attributes[right].key)
            if first.lexicographicallyPrecedes(second) { return true }
            return !second.lexicographicallyPrecedes(first) && left < right
        }
        shape.order = order.map { UInt32($0) }
        shape.tokens = order.map { tokens.token(attributes[$0].key) }
        return shape
    }
}
