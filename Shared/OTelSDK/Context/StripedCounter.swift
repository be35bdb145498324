import Synchronization

/// A count that many threads raise without meeting on one cache line; reading adds the stripes up.
///
/// The memory is only touched by atomic operations.
final class StripedCounter: @unchecked Sendable {
    private static let stripes = 16
    /// Two cache lines each, since processors fetch them in pairs.
    private static let stride = 128

    private let memory: UnsafeMutableRawPointer

    init() {
        memory = .allocate(byteCount: Self.stripes * Self.stride, alignment: Self.stride)
        for index in 0..<Self.stripes {
            (memory + index * Self.stride).bindMemory(to: Atomic<Int>.self, capacity: 1).initialize(to: Atomic(0))
        }
    }

    deinit {
        memory.deallocate()
    }

    @inline(__always)
    func add(_ amount: Int, stripe: Int) {
        let cell = (memory + (stripe & (Self.stripes - 1)) * Self.stride).assumingMemoryBound(to: Atomic<Int>.self)
        cell.pointee.wrappingAdd(amount, ordering: .relaxed)
    }

    func add(_ amount: Int) {
        add(amount, stripe: ThreadState.current.pointee.stripe)
    }

    var value: Int {
        var sum = 0
        for index in 0..<Self.stripes {
            sum &+= (memory + index * Self.stride).assumingMemoryBound(to: Atomic<Int>.self).pointee
                .load(ordering: .relaxed)
        }
        return sum
    }
}
