import Metrics
import Synchronization

/// Remembers which Visa numbers were found valid, so that their check need not be made again.
///
/// It keeps keyed hashes in one list that is searched from its start, so a lookup takes longer the more there are.
final class VisaValidationCache: Sendable {
    /// What happens to a new number when the list is full.
    enum Eviction: Sendable {
        /// It is refused.
        case none
        /// The one that was used longest ago makes room.
        case leastRecentlyUsed
    }

    /// How large the list may be, and what happens then.
    struct Policy: Sendable {
        var capacity: Int
        var eviction: Eviction
    }

    private struct State {
        var policy: Policy
        /// The most recently used last, when entries are evicted.
        var entries: [Int] = []
    }

    private let state: Mutex<State>
    private let size = Gauge(label: "visa_validation_cache.size")

    init(policy: Policy) {
        state = Mutex(State(policy: policy))
        size.record(0)
    }

    var count: Int { state.withLock { $0.entries.count } }

    /// Checks a number, or finds it among those that were checked.
    ///
    /// - Returns: The size of the list after an insertion, `nil` when the number was known.
    /// - Throws: ``CardNumberError/wrongCheckDigit``, ``VisaValidationCacheFull``.
    @discardableResult
    func validate(_ number: CardNumber) throws -> Int? {
        let hash = number.digits.hashValue
        return try state.withLock { state in
            if let index = state.entries.firstIndex(of: hash) {
                if state.policy.eviction == .leastRecentlyUsed {
                    state.entries.append(state.entries.remove(at: index))
                }
                return nil
            }
            guard number.isCheckDigitRight else { throw CardNumberError.wrongCheckDigit }
            if state.entries.count >= state.policy.capacity {
                guard state.policy.eviction == .leastRecentlyUsed else { throw VisaValidationCacheFull() }
                state.entries.removeFirst(state.entries.count - state.policy.capacity + 1)
            }
            state.entries.append(hash)
            size.record(state.entries.count)
            return state.entries.count
        }
    }
}

/// The list is full and nothing makes room.
struct VisaValidationCacheFull: Error, CustomStringConvertible {
    var description: String { "Visa cache full: cannot add new item." }
}
