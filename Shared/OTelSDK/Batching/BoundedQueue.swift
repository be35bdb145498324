import Glibc
import Synchronization

/// A bounded queue that many threads fill and one empties, where those that make the items also free them.
///
/// If the thread that empties it freed what it took, the allocator would lock one thread's memory for another with each
/// item: on two idle processors that made a span three times as expensive as it is. So each thread has a ring of its own,
/// or shares it with few, and while much is going on a ring keeps what was taken until the next item needs the place.
///
/// `@unchecked Sendable`: the memory of the rings never moves, and each is Sendable.
final class BoundedQueue<Item: AnyObject & Sendable>: @unchecked Sendable {
    /// How many items may wait, in all rings together.
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

    /// Takes nothing from now on. What is on its way in still arrives: until ``count`` is zero there is something to take.
    func close() {
        closed.store(true, ordering: .sequentiallyConsistent)
    }

    /// Adds an item; how many wait then, or `nil` when there is no room for it, or the queue is closed.
    @inline(__always)
    func append(_ item: Item) -> Int? {
        // An item counts before its thread looks whether the queue is closed, and the queue is closed before its items
        // are counted: one of the two sees the other.
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

    /// Whether everything before the ends was taken. An item that another thread is just putting in its place may come a
    /// moment after those behind it.
    func isEmpty(before ends: [Int]) -> Bool {
        ends.enumerated().allSatisfy { rings[$0].isEmpty(before: $1) }
    }

    /// Takes so many of the items that lie before the ends, or fewer when there are none left. Only one thread at a time
    /// may call it.
    ///
    /// - Parameter keeps: Whether their places keep them until the next items come, which is right where many do.
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
