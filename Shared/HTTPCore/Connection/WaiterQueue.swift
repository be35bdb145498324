import DequeModule

/// Those that wait for something, first come, first served; each may leave at any time.
struct WaiterQueue {
    typealias ID = Int

    private var order = Deque<ID>()
    private var present: Set<ID> = []

    var count: Int { present.count }
    var isEmpty: Bool { present.isEmpty }

    mutating func append(_ id: ID) {
        order.append(id)
        present.insert(id)
    }

    mutating func popFirst() -> ID? {
        while let id = order.popFirst() {
            if present.remove(id) != nil { return id }
        }
        return nil
    }

    /// Takes one out; whether it was in.
    mutating func remove(_ id: ID) -> Bool {
        guard present.remove(id) != nil else { return false }
        // Those that have left keep their places in the order, but never more places than half of it.
        if order.count > 2 * present.count + 16 { order.removeAll { !present.contains($0) } }
        return true
    }

    mutating func removeAll() -> [ID] {
        defer { self = WaiterQueue() }
        return order.filter(present.contains)
    }
}
