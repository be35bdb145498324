import Synchronization

/// A bounded queue that many threads fill without a lock and one empties, after D. Vyukov's array queue: each slot has
/// a turn number that says whether a producer or the consumer may use it.
///
/// `@unchecked Sendable`: a slot's item is only touched by the thread that the turn number gives it to.
struct BoundedRing<Item: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    private struct Slot: ~Copyable {
        let turn: Atomic<Int>
        var item: Unmanaged<Item>?
    }

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

    /// - Parameter capacity: The least capacity; it is rounded up to a power of two.
    init(capacity: Int) {
        var size = 2
        while size < capacity { size *= 2 }
        mask = size - 1
        slots = .allocate(capacity: size)
        for index in 0..<size { (slots + index).initialize(to: Slot(turn: Atomic(index), item: nil)) }
        indices = .allocate(byteCount: 256, alignment: 128)
        indices.bindMemory(to: Atomic<Int>.self, capacity: 1).initialize(to: Atomic(0))
        (indices + 128).bindMemory(to: Atomic<Int>.self, capacity: 1).initialize(to: Atomic(0))
    }

    deinit {
        for index in 0...mask { (slots + index).pointee.item?.release() }
        slots.deinitialize(count: mask + 1)
        slots.deallocate()
        indices.deallocate()
    }

    /// Adds an item, and frees the one that was kept in its place; whether there was room.
    @inline(__always)
    func append(_ item: Item) -> Bool {
        var position = tail.pointee.load(ordering: .relaxed)
        while true {
            let slot = slots + (position & mask)
            let distance = slot.pointee.turn.load(ordering: .acquiring) - position
            if distance == 0 {
                let (exchanged, original) = tail.pointee.weakCompareExchange(
                    expected: position,
                    desired: position + 1,
                    ordering: .relaxed
                )
                if exchanged {
                    let kept = slot.pointee.item
                    slot.pointee.item = Unmanaged.passRetained(item)
                    slot.pointee.turn.store(position + 1, ordering: .releasing)
                    kept?.release()
                    return true
                }
                position = original
            } else if distance < 0 {
                return false
            } else {
                position = tail.pointee.load(ordering: .relaxed)
            }
        }
    }

    /// The position of the next append: everything appended so far lies before it.
    var end: Int { tail.pointee.load(ordering: .acquiring) }

    /// Whether everything before an ``end`` was taken.
    func isEmpty(before end: Int) -> Bool { head.pointee.load(ordering: .relaxed) >= end }

    /// Takes the oldest item, if it lies before an ``end``. Only one thread at a time may call it.
    ///
    /// - Parameter keeps: Whether the item's place keeps it until the next one comes, whose thread then frees it.
    func take(before end: Int, keeps: Bool) -> Item? {
        let position = head.pointee.load(ordering: .relaxed)
        guard position < end else { return nil }
        let slot = slots + (position & mask)
        guard slot.pointee.turn.load(ordering: .acquiring) == position + 1 else { return nil }
        let item = keeps ? slot.pointee.item?.takeUnretainedValue() : slot.pointee.item?.takeRetainedValue()
        if !keeps { slot.pointee.item = nil }
        slot.pointee.turn.store(position + mask + 1, ordering: .releasing)
        head.pointee.store(position + 1, ordering: .releasing)
        return item
    }
}
