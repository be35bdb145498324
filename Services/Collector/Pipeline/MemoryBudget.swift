import Synchronization

/// How many bytes the collector may hold: bodies that are being read and rows that ClickHouse has not taken yet.
///
/// It counts what is kept, not what the allocator adds; the process needs somewhat more.
final class MemoryBudget: Sendable {
    /// The limit, in bytes.
    let capacity: Int
    private let used = Atomic<Int>(0)
    /// The most that was taken since the last rest.
    private let peak = Atomic<Int>(0)

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// How many bytes are taken.
    var usedBytes: Int { used.load(ordering: .relaxed) }

    /// Takes bytes, or says that there is no room.
    func take(_ bytes: Int) -> Bool {
        var current = used.load(ordering: .relaxed)
        while true {
            guard bytes <= capacity - current else { return false }
            let (exchanged, original) = used.weakCompareExchange(
                expected: current,
                desired: current + bytes,
                ordering: .relaxed
            )
            if exchanged {
                peak.max(current + bytes, ordering: .relaxed)
                return true
            }
            current = original
        }
    }

    /// Takes bytes that are there already, room or not.
    func force(_ bytes: Int) {
        used.add(bytes, ordering: .relaxed)
    }

    /// Gives bytes back.
    func giveBack(_ bytes: Int) {
        used.subtract(bytes, ordering: .relaxed)
    }

    /// Whether a burst is over: at least 8 MiB were taken, and next to nothing is now. Says so once for each burst.
    func endsBurst() -> Bool {
        guard usedBytes < 1 << 20 else { return false }
        return peak.exchange(0, ordering: .relaxed) >= 8 << 20
    }
}

/// Why the budget has no room.
enum BudgetError: Error, Sendable, Equatable {
    /// More is asked for than the whole budget has.
    case neverFits(capacity: Int)
    /// Others hold too much of it now.
    case usedUp
}

/// A part of the budget that one request holds; what it has not handed on is given back when it ends.
struct Reservation: ~Copyable, Sendable {
    private let budget: MemoryBudget
    private(set) var bytes = 0

    init(in budget: MemoryBudget) {
        self.budget = budget
    }

    deinit {
        budget.giveBack(bytes)
    }

    /// Holds so many bytes in all.
    mutating func grow(to total: Int) throws(BudgetError) {
        guard total > bytes else { return }
        guard total <= budget.capacity else { throw .neverFits(capacity: budget.capacity) }
        guard budget.take(total - bytes) else { throw .usedUp }
        bytes = total
    }

    /// Gives back what is more than so many bytes.
    mutating func shrink(to total: Int) {
        guard total < bytes else { return }
        budget.giveBack(bytes - total)
        bytes = total
    }

    /// Hands bytes on to the queue, which gives them back once they are written.
    mutating func handOver(_ handed: Int) {
        if handed > bytes { budget.force(handed - bytes) }
        bytes = max(0, bytes - handed)
    }
}
