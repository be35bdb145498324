import HTTPCore
import HTTPTypes
import MessageStream
import ServiceKit
import ServiceLifecycle
import Synchronization

/// Passes on to the collector what browsers sent, a few batches at a time.
///
/// What waits is bounded in bytes and in age. While the collector is away its batches are tried again, and nobody waits
/// for that: no request, and at the end of the process no more than a second. It has connections of its own, so that a
/// slow collector takes none of the shop's.
final class BrowserTelemetryForwarder: Service {
    /// How much waits for the collector, and how long.
    struct Limits: Sendable {
        /// All batches that wait or are under way, in bytes.
        var bytes = 8 << 20
        /// How old a batch may get.
        var age: Duration = .seconds(60)
        /// How many are under way at once.
        var atOnce = 4
        /// How long the collector may take for one.
        var answer: Duration = .seconds(3)
        /// How long those that are left may take when the process ends.
        var farewell: Duration = .seconds(1)
        /// The pauses between attempts.
        var pauses = RetryPolicy(firstPause: .milliseconds(250), longestPause: .seconds(5), attempts: nil)
    }

    private enum Outcome {
        case accepted
        case refused
        case away
    }

    private let collector: Origin
    private let headers: HTTPFields
    private let counts: BrowserTelemetryCounts
    private let limits: Limits
    private let client: HTTPClient
    private let batches: AsyncStream<BrowserBatch>
    private let entrance: AsyncStream<BrowserBatch>.Continuation
    private let waitingBytes = Mutex(0)
    /// When everything has to be over; `nil` while the process goes on.
    private let end = Mutex<ContinuousClock.Instant?>(nil)

    init(to collector: Origin, headers: HTTPFields, counts: BrowserTelemetryCounts, limits: Limits = Limits()) {
        self.collector = collector
        self.headers = headers
        self.counts = counts
        self.limits = limits
        var configuration = HTTPClient.Configuration()
        configuration.maximumConnectionsPerOrigin = limits.atOnce
        configuration.requestTimeout = limits.answer
        configuration.maximumResponseBytes = 65_536
        client = HTTPClient(configuration: configuration)
        (batches, entrance) = AsyncStream.makeStream(of: BrowserBatch.self, bufferingPolicy: .unbounded)
    }

    /// Takes a batch in; drops it when too much waits.
    func accept(_ batch: BrowserBatch) {
        let hasRoom = waitingBytes.withLock { waiting in
            guard waiting + batch.body.count <= limits.bytes else { return false }
            waiting += batch.body.count
            return true
        }
        guard hasRoom else { return counts.dropped(.noRoom) }
        if case .enqueued = entrance.yield(batch) { return }
        leave(batch)
        counts.dropped(.collectorAway)
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await passOn()
        } onGracefulShutdown: {
            self.end.withLock { $0 = ContinuousClock.now + self.limits.farewell }
            self.entrance.finish()
        }
        await client.shutdown()
    }

    private func passOn() async {
        await withTaskGroup(of: Void.self) { sending in
            var underWay = 0
            for await batch in batches {
                if underWay == limits.atOnce {
                    _ = await sending.next()
                    underWay -= 1
                }
                sending.addTask { await self.deliver(batch) }
                underWay += 1
            }
        }
    }

    private func deliver(_ batch: BrowserBatch) async {
        let reason = await send(batch)
        leave(batch)
        if let reason { counts.dropped(reason) } else { counts.passed() }
    }

    /// Sends a batch until the collector has it; otherwise why it was dropped.
    private func send(_ batch: BrowserBatch) async -> BrowserTelemetryCounts.Reason? {
        var failures = 0
        while true {
            switch await attempt(batch) {
            case .accepted: return nil
            case .refused: return .refused
            case .away:
                failures += 1
                guard case .retry(let pause) = limits.pauses.step(afterAttempt: failures), mayWait(pause, batch) else {
                    return .collectorAway
                }
                // The end of the process ends the pause: there is one more attempt, and it is the last.
                await cancelWhenGracefulShutdown { _ = try? await Task.sleep(for: pause) }
            }
        }
    }

    private func mayWait(_ pause: Duration, _ batch: BrowserBatch) -> Bool {
        !Task.isCancelled && end.withLock { $0 } == nil && batch.arrival.duration(to: .now) + pause < limits.age
    }

    private func attempt(_ batch: BrowserBatch) async -> Outcome {
        var request = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: collector.authority,
            path: batch.signal.collectorPath
        )
        request.headerFields = headers
        request.headerFields[.contentType] = "application/json"
        request.headerFields[.contentEncoding] = batch.contentCoding
        do {
            let response = try await client.execute(request, body: batch.body, deadline: end.withLock { $0 })
            _ = try await response.body.collect(upTo: 65_536)
            switch response.head.status.code {
            case 200..<300: return .accepted
            // What OTLP calls retryable (OTLP specification, Failures).
            case 429, 502, 503, 504: return .away
            default: return .refused
            }
        } catch {
            return .away
        }
    }

    private func leave(_ batch: BrowserBatch) {
        waitingBytes.withLock { $0 -= batch.body.count }
    }
}
