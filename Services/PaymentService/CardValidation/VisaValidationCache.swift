import Metrics
import ServiceKit

/// Remembers which Visa payments were found valid, so that a repeat need not be checked again.
///
/// Whoever reads the process's memory must not learn card numbers from it, so each entry has a pad of random words of its
/// own, and what is kept is the number mixed with that pad. A lookup therefore goes through the list from its start and
/// mixes anew for every entry: the longer the list, the longer it takes.
actor VisaValidationCache {
    private struct Entry {
        let pad: [UInt64]
        let digest: UInt64
    }

    /// How many entries are kept, the least recently used going first.
    let bound: Int
    /// 64-bit words in a pad.
    private let padSize: Int
    /// The least recently used first.
    private var entries: [Entry] = []
    private var random = SystemRandomNumberGenerator()
    private let size = Gauge(label: "visa_validation_cache.size")

    init(bound: Int = 48, padSize: Int = 2048) {
        self.bound = bound
        self.padSize = padSize
        size.record(0)
    }

    var count: Int { entries.count }

    /// Checks a number for a payment, or finds that this was done before.
    ///
    /// - Parameters:
    ///   - capacity: How many entries the list takes while none is evicted; `nil` when eviction works.
    /// - Returns: The size of the list after an insertion, `nil` when the payment was known.
    /// - Throws: ``CardNumberError/wrongCheckDigit``, ``VisaValidationCacheFull``.
    func validate(_ card: PaymentCard, amount: Money, capacity: Int?) throws -> Int? {
        if let capacity, entries.count >= capacity { throw VisaValidationCacheFull() }
        let value = Self.value(card, amount)
        if let index = entries.firstIndex(where: { Self.mix(value, with: $0.pad) == $0.digest }) {
            entries.append(entries.remove(at: index))
            return nil
        }
        guard card.number.isCheckDigitRight else { throw CardNumberError.wrongCheckDigit }
        if capacity == nil, entries.count >= bound { entries.removeFirst(entries.count - bound + 1) }
        let pad = (0..<padSize).map { _ in random.next() }
        entries.append(Entry(pad: pad, digest: Self.mix(value, with: pad)))
        size.record(entries.count)
        return entries.count
    }

    private static func value(_ card: PaymentCard, _ amount: Money) -> UInt64 {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(card.number.digits) \(card.expiryMonth) \(card.expiryYear) \(amount.amount)".utf8 {
            value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return value
    }

    /// Mixes a value with a pad, several times over so that guessing is slow.
    private static func mix(_ value: UInt64, with pad: [UInt64]) -> UInt64 {
        var state = value
        for _ in 0..<4 {
            for word in pad { state = (state ^ word) &* 0xBF58_476D_1CE4_E5B9 ^ (state >> 29) }
        }
        return state
    }
}

/// The list is full and nothing makes room.
struct VisaValidationCacheFull: Error, CustomStringConvertible {
    var description: String { "Visa cache full: cannot add new item." }
}
