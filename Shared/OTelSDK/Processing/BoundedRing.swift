import Synchronization

/// A bounded queue that many threads fill without a lock and one empties, after D. Vyukov's array queue: each slot has
/// a turn number that says whose it is.
///
/// A slot's item is only touched by the thread that the turn number gives it to.
final class BoundedRing<Item: AnyObject & Sendable>: @unchecked Sendable {
    private struct Slot: ~Copyable {
        let turn: Atomic<Int>
        var item: Unmanaged<Item>?
    }

    /// How many items may wait.
    let capacity: Int
    private let mask: Int
    private let slots: UnsafeMutablePointer<Slot>
    private let indices: UnsafeMutableRawPointer

    /// Where the next item is put.
    @inline(__always)
    private var tail: UnsafeMutablePointer<Atomic<Int>> { indices.assumingMemoryBound(to: Atomic<Int>.self) }
    /// Where the next item is taken; on another cache line, since other threads change it.
    @inline(__always)
    private var head: UnsafeMutablePointer<Atomic<Int>> {
        (indices + 128).assumingMemoryBound(to: Atomic<Int>.self)
    }

    init(capacity: Int) {
        self.capacity = max(1, capacity)
        var size = 2
        while size < self.capacity { size *= 2 }
        mask = size - 1
        slots = .allocate(capacity: size)
        for index in 0..<size { (slots + index).initialize(to: Slot(turn: Atomic(index), item: nil)) }
        indices = .allocate(byteCount: 256, alignment: 128)
        indices.bindMemory(to: Atomic<Int>.self, capacity: 1).initialize(to: Atomic(0))
        (indices + 128).bindMemory(to: Atomic<Int>.self, capacity: 1).initialize(to: Atomic(0))
    }

    deinit {
        while take() != nil {}
        slots.deinitialize(count: mask + 1)
        slots.deallocate()
        indices.deallocate()
    }

    /// How many items wait.
    var count: Int {
        let head = head.pointee.load(ordering: .acquiring)
        return max(0, tail.pointee.load(ordering: .acquiring) - head)
    }

    /// Adds an item; how many wait then, or `nil` when there is no room for it.
    @inline(__always)
    func append(_ item: Item) -> Int? {
        var position = tail.pointee.load(ordering: .relaxed)
        while true {
            let slot = slots + (position & mask)
            let distance = slot.pointee.turn.load(ordering: .acquiring) - position
            if distance == 0 {
                let waiting = position - head.pointee.load(ordering: .acquiring)
                guard waiting < capacity else { return nil }
                let (exchanged, original) = tail.pointee.weakCompareExchange(
                    expected: position,
                    desired: position + 1,
                    ordering: .relaxed
                )
                if exchanged {
                    slot.pointee.item = Unmanaged.passRetained(item)
                    slot.pointee.turn.store(position + 1, ordering: .releasing)
                    return waiting + 1
                }
                position = original
            } else if distance < 0 {
                return nil
            } else {
                position = tail.pointee.load(ordering: .relaxed)
            }
        }
    }

    /// Takes the oldest item. Only one thread at a time may call it.
    func take() -> Item? {
        let position = head.pointee.load(ordering: .relaxed)
        let slot = slots + (position & mask)
        guard slot.pointee.turn.load(ordering: .acquiring) == position + 1 else { return nil }
        let item = slot.pointee.item
        slot.pointee.item = nil
        slot.pointee.turn.store(position + mask + 1, ordering: .releasing)
        head.pointee.store(position + 1, ordering: .releasing)
        return item?.takeRetainedValue()
    }
}
