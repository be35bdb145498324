package import LoadEngine
import RunJournal
import Synchronization

/// Records every request of a run without delaying the load: records wait in a bounded queue
/// for a thread of the journal's own, and a record that finds the queue full is dropped and counted.
package final class Journal: Sendable {
    private struct State {
        var waiting: [RequestRecord] = []
        var written = 0
        var bytes = 0
        var dropped = 0
        var failure: OutputError?
        var isClosed = false
    }

    /// How large the file may become, in bytes: about four million requests.
    package static let maximumBytes = 2 << 30

    private let path: String
    private let clock: WallClock
    private let capacity: Int
    private let maximumBytes: Int
    private let state = Mutex(State())

    /// Creates a journal.
    ///
    /// - Parameters:
    ///   - path: The file of JSON lines.
    ///   - capacity: How many records may wait; 65,536 by default.
    ///   - maximumBytes: How large the file may become; what does not fit is dropped and counted.
    package init(path: String, clock: WallClock, capacity: Int = 65_536, maximumBytes: Int = Journal.maximumBytes) {
        self.maximumBytes = maximumBytes
        self.path = path
        self.clock = clock
        self.capacity = capacity
    }

    /// How many records were written and dropped so far.
    package var counts: (written: Int, dropped: Int) { state.withLock { ($0.written, $0.dropped) } }

    /// Why nothing more is written, if so.
    package var failure: OutputError? { state.withLock { $0.failure } }

    /// Hands a record over.
    func append(_ record: RequestRecord) {
        state.withLock { state in
            if state.waiting.count < capacity, state.failure == nil, !state.isClosed {
                state.waiting.append(record)
            } else {
                state.dropped += 1
            }
        }
    }

    /// Takes no more; ``run()`` ends once all is written.
    package func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Writes until it is closed, or cannot write: then the rest is dropped and counted.
    package func run() async throws {
        let thread = OwnThread()
        defer { thread.end() }
        try await withTaskExecutorPreference(thread) { try await writeAll() }
    }

    private func writeAll() async throws {
        do {
            let file = try OutputFile(path)
            while true {
                let (batch, isLast) = state.withLock { state in
                    defer { state.waiting.removeAll(keepingCapacity: state.waiting.count < 4_096) }
                    return (state.waiting, state.isClosed)
                }
                if !batch.isEmpty { try write(batch, to: file) }
                if isLast { return }
                try? await Task.sleep(for: .milliseconds(100))
                if Task.isCancelled { close() }
            }
        } catch {
            state.withLock { state in
                state.failure = error
                state.dropped += state.waiting.count
                state.waiting = []
            }
            throw error
        }
    }

    private func write(_ batch: [RequestRecord], to file: borrowing OutputFile) throws(OutputError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(batch.count * 512)
        let room = maximumBytes - state.withLock { $0.bytes }
        var count = 0
        for record in batch {
            let line = record.entry(clock).line
            guard bytes.count + line.count <= room else { break }
            bytes += line
            count += 1
        }
        try file.append(bytes)
        state.withLock { state in
            state.written += count
            state.dropped += batch.count - count
            state.bytes += bytes.count
        }
    }
}
