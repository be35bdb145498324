import OTLP
import OTelSDK
import Synchronization
import Testing
import Tracing

@Suite("The batching processor", .timeLimit(.minutes(3)))
struct BatchTests {
    /// An exporter that waits until it is let go.
    private final class Gate: SpanExporter {
        private struct State {
            var isOpen = false
            var waiting: [CheckedContinuation<Void, Never>] = []
            var exported = 0
            var batches: [Int] = []
            var concurrent = 0
            var maximumConcurrent = 0
        }
        private let state = Mutex(State())

        var exported: Int { state.withLock { $0.exported } }
        var batches: [Int] { state.withLock { $0.batches } }
        var maximumConcurrent: Int { state.withLock { $0.maximumConcurrent } }

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func export(_ spans: [ReadableSpan]) async -> ExportResult {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    state.concurrent += 1
                    state.maximumConcurrent = max(state.maximumConcurrent, state.concurrent)
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
            state.withLock { state in
                state.concurrent -= 1
                state.exported += spans.count
                state.batches.append(spans.count)
            }
            return .success
        }
    }

    @Test("accounts for every span while far more are made than leave: made = exported + dropped")
    func overload() async {
        let gate = Gate()
        var settings = BatchSettings()
        settings.maximumQueueSize = 100
        settings.maximumExportBatchSize = 10
        let processor = BatchSpanProcessor(gate, settings: settings)
        let provider = TracerProvider(processors: [processor])
        let tracer = provider.tracer("t")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<500 { tracer.startSpan(named: "a", parent: .none).end() }
                }
            }
        }
        #expect(processor.droppedSpans >= 2_000 - 110, "no more than the queue and one batch can be kept")
        gate.open()
        #expect(await provider.shutdown() == .success)
        #expect(gate.exported + processor.droppedSpans == 2_000)
        #expect(processor.exportedSpans == gate.exported)
        #expect(gate.batches.allSatisfy { $0 <= 10 })
        #expect(gate.maximumConcurrent == 1)
    }

    @Test("exports a full batch at once, without waiting for its delay")
    func fullBatch() async throws {
        let gate = Gate()
        gate.open()
        var settings = BatchSettings()
        settings.maximumExportBatchSize = 8
        settings.scheduleDelay = .seconds(3_600)
        let provider = TracerProvider(processors: [BatchSpanProcessor(gate, settings: settings)])
        for _ in 0..<8 { provider.tracer("t").startSpan(named: "a").end() }
        try await eventually { gate.exported == 8 }
        _ = await provider.shutdown()
    }

    @Test("exports what has waited for its delay")
    func delay() async throws {
        let gate = Gate()
        gate.open()
        var settings = BatchSettings()
        settings.scheduleDelay = .milliseconds(20)
        let provider = TracerProvider(processors: [BatchSpanProcessor(gate, settings: settings)])
        provider.tracer("t").startSpan(named: "a").end()
        try await eventually { gate.exported == 1 }
        _ = await provider.shutdown()
    }

    @Test("gives up on an export that takes too long, and at shutdown when the time is up")
    func timeouts() async throws {
        let gate = Gate()
        var settings = BatchSettings()
        settings.maximumExportBatchSize = 1
        settings.exportTimeout = .milliseconds(50)
        let processor = BatchSpanProcessor(gate, settings: settings)
        let provider = TracerProvider(processors: [processor])
        provider.tracer("t").startSpan(named: "a").end()
        try await eventually { processor.failedSpans == 1 }
        for _ in 0..<50 { provider.tracer("t").startSpan(named: "a").end() }
        #expect(await provider.shutdown(timeout: .milliseconds(30)) == .timedOut)
        try await eventually { processor.failedSpans + processor.droppedSpans == 51 }
        provider.tracer("t").startSpan(named: "late").end()
        gate.open()
    }

    /// Remembers which spans it was given.
    private final class Seen: SpanExporter {
        private let ids = Mutex<Set<SpanID>>([])

        func contains(_ id: SpanID) -> Bool { ids.withLock { $0.contains(id) } }

        func export(_ spans: [ReadableSpan]) async -> ExportResult {
            ids.withLock { $0.formUnion(spans.map(\.spanContext.spanID)) }
            return .success
        }
    }

    @Test("flushes what the caller has ended, whatever other threads are just about to end")
    func flushAmongOthers() async {
        let seen = Seen()
        var settings = BatchSettings()
        settings.scheduleDelay = .seconds(3_600)
        settings.maximumQueueSize = 1 << 16
        let processor = BatchSpanProcessor(seen, settings: settings)
        let provider = TracerProvider(processors: [processor])
        let tracer = provider.tracer("t")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<200 {
                        for _ in 0..<10 { tracer.startSpan(named: "a", parent: .none).end() }
                        let span = tracer.startSpan(named: "mine", parent: .none)
                        span.end()
                        #expect(await provider.forceFlush() == .success)
                        #expect(seen.contains(span.spanContext.spanID))
                    }
                }
            }
        }
        #expect(processor.droppedSpans == 0)
        _ = await provider.shutdown()
    }

    @Test("answers everybody who flushes while it shuts down, and accounts for all that was made")
    func flushDuringShutdown() async {
        for _ in 0..<50 {
            let seen = Seen()
            var settings = BatchSettings()
            settings.scheduleDelay = .seconds(3_600)
            let processor = BatchSpanProcessor(seen, settings: settings)
            let provider = TracerProvider(processors: [processor])
            let tracer = provider.tracer("t")
            let made = Journal<SpanID>()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<20 {
                            let span = tracer.startSpan(named: "a", parent: .none)
                            guard span.isRecording else { continue }
                            made.note(span.spanContext.spanID)
                            span.end()
                            // An hour: one that is not answered fails the suite's time limit.
                            _ = await processor.forceFlush(timeout: .seconds(3_600))
                        }
                    }
                }
                group.addTask { _ = await provider.shutdown(timeout: .seconds(3_600)) }
            }
            #expect(
                processor.exportedSpans + processor.droppedSpans + processor.failedSpans == made.entries.count
            )
        }
    }

    @Test("flushes what has ended, from several callers at once")
    func flush() async {
        let gate = Gate()
        gate.open()
        var settings = BatchSettings()
        settings.scheduleDelay = .seconds(3_600)
        let provider = TracerProvider(processors: [BatchSpanProcessor(gate, settings: settings)])
        for _ in 0..<5 { provider.tracer("t").startSpan(named: "a").end() }
        async let first = provider.forceFlush()
        async let second = provider.forceFlush()
        #expect(await [first, second] == [.success, .success])
        #expect(gate.exported == 5)
        _ = await provider.shutdown()
    }
}

/// Waits for a condition; gives up after half a minute.
func eventually(_ condition: @Sendable () async -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while await !condition() {
        guard .now < deadline else { throw NeverHappened() }
        try await Task.sleep(for: .milliseconds(2))
    }
}

struct NeverHappened: Error {}
