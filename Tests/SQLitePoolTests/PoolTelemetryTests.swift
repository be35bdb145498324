import CoreMetrics
import InMemoryTracing
import Logging
import MetricsTestKit
import SQLitePool
import Testing
import Tracing

@Suite("What a pool tells about itself", .timeLimit(.minutes(1)))
struct PoolTelemetryTests {
    private let name = ("db.client.connection.pool.name", "test")

    @Test("reports its size, its queue and its timeouts by the semantic conventions")
    func metrics() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let database = try TemporaryDatabase()
            let pool = database.pool {
                $0.maximumConnections = 2
                $0.acquireTimeout = .milliseconds(20)
            }
            #expect(try metrics.expectMeter("db.client.connection.max", [name]).values.last == 2)
            let gate = Gate()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 { group.addTask { try await pool.read { _ in gate.wait() } } }
                try await pool.until { $0.used == 2 }
                let used = ("db.client.connection.state", "used")
                #expect(try metrics.expectMeter("db.client.connection.count", [name, used]).values.last == 2)
                await #expect(throws: SQLitePoolError.self) { try await pool.read { _ in } }
                #expect(try metrics.expectMeter("db.client.connection.pending_requests", [name]).values.contains(1))
                #expect(try metrics.expectMeter("db.client.connection.pending_requests", [name]).values.last == 0)
                #expect(try metrics.expectCounter("db.client.connection.timeouts", [name]).totalValue == 1)
                gate.open(for: 2)
                try await group.waitForAll()
                #expect(try metrics.expectMeter("db.client.connection.count", [name, used]).values.last == 0)
            }
            #expect(try metrics.expectTimer("db.client.connection.wait_time", [name]).values.count == 2)
            #expect(try metrics.expectTimer("db.client.connection.use_time", [name]).values.count == 2)
            #expect(try metrics.expectTimer("db.client.connection.create_time", [name]).values.count == 2)
        }
    }

    @Test("adds an event to the span of a request that waits, and none to one that does not")
    func spanEvent() async throws {
        let tracer = InMemoryTracer()
        try await withTracer(tracer) {
            let database = try TemporaryDatabase()
            let pool = database.pool { $0.maximumConnections = 1 }
            let gate = Gate()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await withSpan("first") { _ in try await pool.read { _ in gate.wait() } } }
                try await pool.until { $0.used == 1 }
                group.addTask { try await withSpan("second") { _ in try await pool.read { _ in } } }
                try await pool.until { $0.pending == 1 }
                gate.open()
                try await group.waitForAll()
            }
        }
        let spans = tracer.finishedSpans
        #expect(spans.first { $0.operationName == "first" }?.events.isEmpty == true)
        let event = try #require(spans.first { $0.operationName == "second" }?.events.first)
        #expect(event.name == "db.client.connection.wait")
    }

    @Test("warns once about a connection that is held too long, with the place that took it")
    func leak() async throws {
        let messages = Shared<[String]>([])
        let warned = AsyncStream.makeStream(of: Void.self)
        let database = try TemporaryDatabase()
        let pool = database.pool {
            $0.leakThreshold = .milliseconds(20)
            $0.logger = Logger(label: "test") { _ in
                RecordingLogHandler { line in
                    messages.withLock { $0.append(line) }
                    warned.continuation.yield()
                }
            }
        }
        try await pool.withConnection { _ in
            for await _ in warned.stream { break }
        }
        let lines = messages.withLock { $0 }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("PoolTelemetryTests.swift") == true)
    }
}

private struct RecordingLogHandler: LogHandler {
    let record: @Sendable (String) -> Void
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(_ record: @escaping @Sendable (String) -> Void) { self.record = record }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        record("\(event.message) \(event.metadata ?? [:])")
    }
}
