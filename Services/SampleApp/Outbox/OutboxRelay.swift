import Logging
import MessageStream
import Metrics
import ServiceKit
import ServiceLifecycle

/// Sends what is in the outbox, in order. A message leaves the outbox after the stream has it: after a crash in between
/// it is sent again, and the stream knows it by its id.
struct OutboxRelay: Service {
    let outbox: OrderOutbox
    let producer: StreamProducer
    let logger: Logger
    /// How many messages are read at a time.
    var batch = 50
    /// The pauses while the stream is away.
    var policy = RetryPolicy(firstPause: .milliseconds(200), longestPause: .seconds(5), attempts: nil)

    private let depth = Gauge(label: "shop.outbox.messages")

    init(outbox: OrderOutbox, producer: StreamProducer, logger: Logger) {
        self.outbox = outbox
        self.producer = producer
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await relay() }
                tasks.addTask { await tellDepth() }
            }
        }
    }

    private func relay() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                let sent = try await sendWaiting()
                if failures > 0 { logger.info("Confirmed orders are sent again") }
                failures = 0
                // What comes after a batch was read rings the bell.
                if sent < batch { await outbox.filled.wait() }
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                // Once for each time that the stream is away; the span of each attempt has its own error.
                if failures == 1 {
                    logger.warning("Confirmed orders cannot be sent; trying again", metadata: ["cause": "\(error)"])
                }
                if case .retry(let pause) = policy.step(afterAttempt: failures) { try? await Task.sleep(for: pause) }
            }
        }
    }

    /// Sends a batch, up to the first failure.
    ///
    /// - Returns: How many messages were sent.
    func sendWaiting() async throws -> Int {
        var sent: [Int64] = []
        var failure: (any Error)?
        for entry in try await outbox.waiting(limit: batch) {
            do {
                try await producer.send(entry.message)
                sent.append(entry.position)
            } catch {
                failure = error
                break
            }
        }
        try await outbox.remove(sent)
        if let failure { throw failure }
        return sent.count
    }

    private func tellDepth() async {
        while !Task.isCancelled {
            // A database that cannot be read is the relay's to report.
            if let count = try? await outbox.count() { depth.record(count) }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
