import Metrics
import Synchronization

/// The places at the acquirer, one for each payment from its opening to its end.
///
/// A shop opens a payment before it reserves the goods, so that goods are set aside only for what can be paid. Until the
/// payment is made, called off or out of time its place is taken: whoever keeps the shop waiting for the goods keeps
/// places taken here, and when none is left further payments are turned away at once.
final class PaymentSlots: Sendable {
    private struct Holder {
        /// When a payment that is only open gives its place up.
        var until: ContinuousClock.Instant
        /// Requests that are making the payment right now; repeats share its place.
        var processing = 0
    }

    private let maximum: Int
    private let holders = Mutex<[String: Holder]>([:])
    private let used = Gauge(label: "payment.slots.used")

    init(_ maximum: Int) {
        self.maximum = maximum
        used.record(0)
    }

    /// How many places are taken.
    var count: Int { holders.withLock(\.count) }

    /// Takes a place for a payment until a moment, or keeps the one that it has until then.
    ///
    /// - Throws: ``PaymentsFull`` when no place is left.
    func open(
        _ key: String,
        until end: ContinuousClock.Instant,
        now: ContinuousClock.Instant = .now
    ) throws(PaymentsFull) {
        try change(at: now) { holders throws(PaymentsFull) in
            var holder = try holder(of: key, in: holders, until: end)
            holder.until = max(holder.until, end)
            holders[key] = holder
        }
    }

    /// Gives the place of a payment up that was opened and is not to be made.
    func close(_ key: String, now: ContinuousClock.Instant = .now) {
        change(at: now) { holders in
            if holders[key]?.processing == 0 { holders[key] = nil }
        }
    }

    /// Makes a payment in the place that it has, or in a new one, and gives it up afterwards.
    ///
    /// - Throws: ``PaymentsFull``, or what the operation throws.
    func run<Value>(_ key: String, _ operation: () async throws -> Value) async throws -> Value {
        let now = ContinuousClock.now
        try change(at: now) { holders throws(PaymentsFull) in
            var holder = try holder(of: key, in: holders, until: now)
            holder.processing += 1
            holders[key] = holder
        }
        defer {
            change(at: .now) { holders in
                holders[key]?.processing -= 1
                if holders[key]?.processing == 0 { holders[key] = nil }
            }
        }
        return try await operation()
    }

    private func holder(
        of key: String,
        in holders: [String: Holder],
        until end: ContinuousClock.Instant
    ) throws(PaymentsFull) -> Holder {
        if let holder = holders[key] { return holder }
        guard holders.count < maximum else { throw PaymentsFull(limit: maximum) }
        return Holder(until: end)
    }

    /// Changes who has a place, once those whose time is over have given theirs up.
    private func change<Failure: Error>(
        at now: ContinuousClock.Instant,
        _ body: (inout [String: Holder]) throws(Failure) -> Void
    ) throws(Failure) {
        let outcome = holders.withLock { holders -> (count: Int, failure: Failure?) in
            holders = holders.filter { $0.value.processing > 0 || $0.value.until > now }
            do throws(Failure) {
                try body(&holders)
                return (holders.count, nil)
            } catch {
                return (holders.count, error)
            }
        }
        used.record(outcome.count)
        if let failure = outcome.failure { throw failure }
    }
}

/// Every place at the acquirer is taken.
struct PaymentsFull: Error, Equatable, CustomStringConvertible {
    let limit: Int

    var description: String { "\(limit) payments are open already, each with a place at the acquirer." }
}
