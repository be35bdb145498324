import Glibc
import Synchronization

/// A bounded queue with many producers and one consumer, in which producers also free the items.
///
/// If the consumer freed what it took, the allocator would lock one thread's memory for another with each
/// item: on two idle processors that made a span three times as expensive. So each thread has a ring of its own,
/// or shares it with few, and under load a ring keeps a taken item until the next one needs its place.
///
/// `@unchecked Sendable`: the memory of the rings never moves, and each is Sendable.
final class BoundedQueue<Item: AnyObject & Sendable>: @unchecked Sendable {
    /// The most items that may wait, in all rings together.
    let capacity: Int
    private let rings: UnsafeMutablePointer<BoundedRing<Item>>
    /// The number of rings, a power of two, less one.
    private let mask: Int
    private let waiting = Atomic(0)
    private let closed = Atomic(false)

    init(capacity: Int) {
        self.capacity = max(1, capacity)
        let wanted = min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        var count = 1
        while count < wanted { count *= 2 }
        rings = .allocate(capacity: count)
        for index in 0..<count { (rings + index).initialize(to: BoundedRing(capacity: capacity)) }
        mask = count - 1
    }

    deinit {
        rings.deinitialize(count: mask + 1)
        rings.deallocate()
    }

    /// How many items wait.
    var count: Int { waiting.load(ordering: .sequentiallyConsistent) }

    /// Whether it takes nothing more.
    var isClosed: Bool { closed.load(ordering: .relaxed) }

    /// Refuses further items. Appends in progress still finish: until ``count`` is zero there is something to take.
    func close() {
        closed.store(true, ordering: .sequentiallyConsistent)
    }

    /// Adds an item; how many wait then, or `nil` when there is no room for it, or the queue is closed.
    @inline(__always)
    func append(_ item: Item) -> Int? {
        // A producer counts its item before it checks whether the queue is closed, and the queue is closed before its
        // items are counted: one of the two sees the other.
        let before = waiting.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
        guard !closed.load(ordering: .sequentiallyConsistent), before < capacity,
            rings[ThreadState.current.pointee.stripe & mask].append(item)
        else {
            waiting.wrappingSubtract(1, ordering: .relaxed)
            return nil
        }
        return before + 1
    }

    /// Where each ring ends now: what was added so far lies before it.
    var ends: [Int] { (0...mask).map { rings[$0].end } }

    /// Whether everything before the ends was taken. An item that another thread is appending right now may come a
    /// moment after those behind it.
    func isEmpty(before ends: [Int]) -> Bool {
        ends.enumerated().allSatisfy { rings[$0].isEmpty(before: $1) }
    }

    /// Takes up to `most` of the items before the ends. Only one thread at a time
    /// may call it.
    ///
    /// - Parameter keeps: Whether a ring keeps a taken item until the next append, which then frees it; right under
    ///   load.
    func take(_ most: Int, before ends: [Int], keeps: Bool) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(min(most, count))
        for (index, end) in ends.enumerated() {
            while items.count < most, let item = rings[index].take(before: end, keeps: keeps) { items.append(item) }
        }
        waiting.wrappingSubtract(items.count, ordering: .releasing)
        return items
    }
}
