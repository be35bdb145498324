import Deadlines
import HTTPCore
import Metrics
import SeededRandom
import ServiceKit
import Synchronization
import Tracing

/// Remembers which Visa payments were found valid, so that a repeat need not be checked again.
///
/// The process's memory must not give card numbers away, so each entry has a pad of random words of its own, and what
/// is kept is the number mixed with that pad. A lookup therefore goes through the list from its start and mixes anew
/// for every entry: the longer the list, the longer it takes. Searches run on a thread of their own, one after another,
/// so that only Visa payments wait for them.
final class VisaValidationCache: Sendable {
    /// What the cache may hold, and how much memory that takes.
    struct Size: Sendable {
        /// How many entries are kept while the least recently used one makes room.
        var bound = 48
        /// How much memory all pads together may take, in bytes, however many entries the list takes.
        var memory = 64 << 20
        /// The longest pad of one entry, in words of 64 bits.
        var longestPad = 1024

        /// The length of the pads when the list takes so many entries: what there is, divided among them.
        func pad(capacity: Int) -> Int {
            max(1, min(longestPad, memory / (max(1, capacity) * 8)))
        }
    }

    private struct Entry {
        let pad: [UInt64]
        let digest: UInt64
    }

    private struct State {
        /// The least recently used first.
        var entries: [Entry] = []
        /// The most that all pads together have taken, in bytes.
        var largestBytes = 0
        /// Pads are stored beside the mixed values: they need to differ, not to be secret.
        var random = SplitMix64(seed: .random(in: .min ... .max))
    }

    private let limits: Size
    /// Names payments in telemetry. Its key is random and lost with the process, so a name does not identify a card.
    private let names = KeyedHash()
    private let executor = ComputeExecutor(name: "visa-validation", width: 1)
    private let state = Mutex(State())
    private let size = Gauge(label: "visa_validation_cache.size")

    init(size limits: Size = Size()) {
        self.limits = limits
        size.record(0)
    }

    var count: Int { state.withLock { $0.entries.count } }
    /// The most memory that the pads have taken at once since the process began, in bytes.
    var largestBytes: Int { state.withLock { $0.largestBytes } }
    /// How many searches run or wait now.
    var searches: Int { executor.load }

    /// Checks a number for a payment, or finds that this was done before.
    ///
    /// - Parameters:
    ///   - capacity: How many entries the list takes while none is evicted; `nil` when eviction works.
    /// - Returns: The size of the list after an insertion, `nil` when the payment was known.
    /// - Throws: ``CardNumberError/wrongCheckDigit``, ``VisaValidationCacheFull``; the executor's error when the
    ///   request's time is over before its turn comes.
    func validate(_ card: PaymentCard, amount: Money, capacity: Int?) async throws -> Int? {
        let text = "\(card.number.digits) \(card.expiryMonth) \(card.expiryYear) \(amount.amount)"
        // A refusal is the payment's failure, not the lookup's: it is thrown once the span has ended.
        let outcome = await withSpan("cache_lookup") { span in
            let outcome = await search(card, text, capacity)
            span.updateAttributes { attributes in
                attributes["cache.name"] = "visa_validation"
                attributes["cache.operation"] = "get"
                attributes["cache.key"] = names.pseudonym(of: text)
                if case .success(let found) = outcome {
                    attributes["cache.hit"] = found.isKnown
                    attributes["cache.size"] = found.count
                } else {
                    attributes["cache.hit"] = false
                }
            }
            return outcome
        }
        let found = try outcome.get()
        return found.isKnown ? nil : found.count
    }

    private struct Finding: Sendable {
        let isKnown: Bool
        /// How many entries there are.
        let count: Int
    }

    private func search(_ card: PaymentCard, _ text: String, _ capacity: Int?) async -> Result<Finding, any Error> {
        let value = Self.value(text)
        do {
            return .success(
                try await executor.run {
                    try state.withLock { state in try check(card, value, capacity, in: &state) }
                }
            )
        } catch {
            return .failure(error)
        }
    }

    private func check(
        _ card: PaymentCard,
        _ value: UInt64,
        _ capacity: Int?,
        in state: inout State
    ) throws -> Finding {
        if let capacity, state.entries.count >= capacity {
            // What it offers a payment from now on.
            size.record(0)
            throw VisaValidationCacheFull()
        }
        if let index = state.entries.firstIndex(where: { Self.mix(value, with: $0.pad) == $0.digest }) {
            state.entries.append(state.entries.remove(at: index))
            return Finding(isKnown: true, count: state.entries.count)
        }
        guard card.number.isCheckDigitRight else { throw CardNumberError.wrongCheckDigit }
        if capacity == nil, state.entries.count >= limits.bound {
            state.entries.removeFirst(state.entries.count - limits.bound + 1)
        }
        let length = limits.pad(capacity: capacity ?? limits.bound)
        let pad = (0..<length).map { _ in state.random.next() }
        state.entries.append(Entry(pad: pad, digest: Self.mix(value, with: pad)))
        state.largestBytes = max(state.largestBytes, state.entries.count * length * 8)
        size.record(state.entries.count)
        return Finding(isKnown: false, count: state.entries.count)
    }

    private static func value(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    /// Mixes a value with a pad, several times over so that guessing is slow.
    private static func mix(_ value: UInt64, with pad: [UInt64]) -> UInt64 {
        var state = value
        for _ in 0..<8 {
            for word in pad { state = (state ^ word) &* 0xBF58_476D_1CE4_E5B9 ^ (state >> 29) }
        }
        return state
    }
}

extension VisaValidationCache {
    /// Puts entries in that stand for no payment, for tests and measurements of a long list.
    func fill(upTo count: Int, capacity: Int) {
        state.withLock { state in
            let length = limits.pad(capacity: capacity)
            while state.entries.count < count {
                state.entries.append(Entry(pad: (0..<length).map { _ in state.random.next() }, digest: 0))
            }
            state.largestBytes = max(state.largestBytes, state.entries.count * length * 8)
        }
    }
}

/// The list is full and nothing is evicted.
struct VisaValidationCacheFull: Error, CustomStringConvertible {
    var description: String { "Visa cache full: cannot add new item." }
}
