import Synchronization

/// A bounded queue between those who record and the one who exports. What does not fit is dropped and counted.
final class BatchQueue<Record: Sendable>: Sendable {
    /// How a queue behaves (OpenTelemetry specification, Batching processor).
    struct Limits: Sendable, Hashable {
        /// How many records may wait; 2048 by default.
        var queueSize = 2_048
        /// How many leave at once; 512 by default.
        var batchSize = 512
        /// How long a record waits at most before it leaves; 5 s by default for spans, 1 s for logs.
        var scheduleDelay: Duration = .seconds(5)
    }

    private struct State {
        var waiting: [Record] = []
        var dropped = 0
        var isShutDown = false
    }

    let limits: Limits
    /// Rings when a batch is full, when somebody flushes, and at shutdown.
    let bell = Bell()
    private let state = Mutex(State())

    init(limits: Limits) {
        self.limits = limits
    }

    /// Adds a record, or drops it when the queue is full or closed.
    func append(_ record: Record) {
        let isFull = state.withLock { state in
            guard state.waiting.count < limits.queueSize, !state.isShutDown else {
                state.dropped += 1
                return false
            }
            state.waiting.append(record)
            return state.waiting.count == limits.batchSize
        }
        if isFull { bell.ring() }
    }

    /// Takes the next batch; empty when nothing waits.
    func takeBatch() -> [Record] {
        state.withLock { state in
            guard state.waiting.count > limits.batchSize else {
                defer { state.waiting = [] }
                return state.waiting
            }
            defer { state.waiting.removeFirst(limits.batchSize) }
            return Array(state.waiting.prefix(limits.batchSize))
        }
    }

    /// Refuses what comes from now on.
    func close() {
        state.withLock { $0.isShutDown = true }
        bell.ring()
    }

    /// Whether it refuses.
    var isClosed: Bool { state.withLock { $0.isShutDown } }

    /// How many were dropped since the last call.
    func takeDropped() -> Int {
        state.withLock { state in
            defer { state.dropped = 0 }
            return state.dropped
        }
    }
}
