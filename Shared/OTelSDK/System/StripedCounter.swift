import Synchronization

/// Counters that many threads increment without sharing a cache line; reading adds the stripes up.
///
/// `@unchecked Sendable`: the memory is only touched by atomic operations, and the pointer never changes.
final class StripedCounters: @unchecked Sendable {
    private static let stripes = 16

    private let memory: UnsafeMutableRawPointer
    /// Whole pairs of cache lines, since processors fetch them in pairs.
    private let stride: Int

    init(count: Int) {
        stride = (count * MemoryLayout<Atomic<Int>>.stride + 127) / 128 * 128
        memory = .allocate(byteCount: Self.stripes * stride, alignment: 128)
        for stripe in 0..<Self.stripes {
            let cells = (memory + stripe * stride).bindMemory(to: Atomic<Int>.self, capacity: count)
            for index in 0..<count { (cells + index).initialize(to: Atomic(0)) }
        }
    }

    deinit {
        memory.deallocate()
    }

    @inline(__always)
    func add(_ amount: Int, to index: Int, stripe: Int) {
        cell(index, stripe & (Self.stripes - 1)).pointee.wrappingAdd(amount, ordering: .relaxed)
    }

    func value(of index: Int) -> Int {
        (0..<Self.stripes).reduce(0) { $0 &+ cell(index, $1).pointee.load(ordering: .relaxed) }
    }

    @inline(__always)
    private func cell(_ index: Int, _ stripe: Int) -> UnsafeMutablePointer<Atomic<Int>> {
        (memory + stripe * stride).assumingMemoryBound(to: Atomic<Int>.self) + index
    }
}

/// One count that many threads raise.
final class StripedCounter: Sendable {
    private let counters = StripedCounters(count: 1)

    @inline(__always)
    func add(_ amount: Int) {
        counters.add(amount, to: 0, stripe: ThreadState.current.pointee.stripe)
    }

    var value: Int { counters.value(of: 0) }
}
