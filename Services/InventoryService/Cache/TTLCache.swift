import Synchronization

/// A bounded cache whose entries are good for a while; when it is full, the one that was used longest ago goes.
final class TTLCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let expires: ContinuousClock.Instant
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var uses: UInt64 = 0

        /// Drops what is no longer good, or else the entry that was used longest ago.
        mutating func makeRoom(at now: ContinuousClock.Instant) {
            let expired = entries.filter { $0.value.expires <= now }.map(\.key)
            for key in expired { entries[key] = nil }
            if expired.isEmpty, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
                entries[oldest] = nil
            }
        }
    }

    private let capacity: Int
    private let timeToLive: Duration
    private let state = Mutex(State())

    init(capacity: Int, timeToLive: Duration) {
        precondition(capacity > 0)
        self.capacity = capacity
        self.timeToLive = timeToLive
    }

    var count: Int { state.withLock { $0.entries.count } }

    func value(for key: Key, at now: ContinuousClock.Instant = .now) -> Value? {
        state.withLock { state in
            guard let entry = state.entries[key] else { return nil }
            guard entry.expires > now else {
                state.entries[key] = nil
                return nil
            }
            state.uses += 1
            state.entries[key]?.lastUse = state.uses
            return entry.value
        }
    }

    func store(_ value: Value, for key: Key, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            if state.entries[key] == nil, state.entries.count >= capacity { state.makeRoom(at: now) }
            state.uses += 1
            state.entries[key] = Entry(value: value, expires: now + timeToLive, lastUse: state.uses)
        }
    }
}
