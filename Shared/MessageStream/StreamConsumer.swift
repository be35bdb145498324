import CoreMetrics
import Deadlines
public import Logging
public import ServiceLifecycle
import SpanTiming
import Tracing

/// A consumer group: hands the messages of each partition to a handler, one after another, at least once.
///
/// Each attempt is a CONSUMER span whose parent is the PRODUCER span that the message carries. A message that fails is
/// tried again before the next one of its partition, as the policy says; a handler must therefore bear a repeat.
public struct StreamConsumer: Service {
    /// Processes a message.
    public typealias Handler = @Sendable (StreamMessage) async throws -> Void

    private let group: String
    private let reader: any StreamReader
    private let policy: RetryPolicy
    private let timeout: Duration
    private let logger: Logger
    private let metrics: MessagingMetrics
    private let lag: [Gauge]
    private let handler: Handler

    /// Creates a group.
    ///
    /// - Parameters:
    ///   - group: Its name; the stream remembers by it what was processed.
    ///   - reader: The stream.
    ///   - policy: What happens to a message that cannot be processed.
    ///   - timeout: The most that one attempt may take; 5 s by default.
    ///   - logger: Where failures go.
    ///   - handler: Processes a message.
    public init(
        group: String,
        of reader: any StreamReader,
        policy: RetryPolicy,
        timeout: Duration = .seconds(5),
        logger: Logger,
        handler: @escaping Handler
    ) {
        self.group = group
        self.reader = reader
        self.policy = policy
        self.timeout = timeout
        self.logger = logger
        self.handler = handler
        metrics = MessagingMetrics(reader, group: group)
        lag = (0..<reader.partitions).map { partition in
            Gauge(
                label: "messaging.consumer_group.lag",
                dimensions: [
                    ("messaging.system", reader.system), ("messaging.destination.name", reader.name),
                    ("messaging.consumer.group.name", group),
                    ("messaging.destination.partition.id", String(partition)),
                ]
            )
        }
    }

    /// Consumes until the service stops.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                for partition in 0..<reader.partitions {
                    tasks.addTask { await consume(partition) }
                }
                tasks.addTask { await tellLag() }
            }
        }
    }

    private func consume(_ partition: Int) async {
        var failures = 0
        while !Task.isCancelled {
            do {
                guard let delivery = try await reader.next(in: partition, for: group) else { continue }
                try await deliver(delivery)
                failures = 0
            } catch {
                // The stream itself; the message is still there.
                guard !Task.isCancelled else { return }
                failures += 1
                logger.warning("The stream cannot be read; trying again", metadata: ["cause": "\(error)"])
                let pause = RetryPolicy(longestPause: .seconds(5), attempts: nil).step(afterAttempt: failures)
                if case .retry(let pause) = pause { try? await Task.sleep(for: pause) }
            }
        }
    }

    private func deliver(_ delivery: Delivery) async throws {
        var pause: Duration?
        let stopwatch = SpanStopwatch()
        let span = InstrumentationSystem.tracer.startSpan(
            "process \(reader.name)",
            context: MessageHeaders.context(of: delivery.message.headers),
            ofKind: .consumer,
            at: stopwatch.start
        )
        span.updateAttributes { attributes in
            attributes["messaging.operation.name"] = "process"
            attributes["messaging.operation.type"] = "process"
            attributes["messaging.consumer.group.name"] = group
            attributes["app.message.attempt"] = delivery.attempt
            MessageAttributes.add(delivery.message, of: reader, to: &attributes)
            MessageAttributes.add(delivery.position, to: &attributes)
        }
        try await ServiceContext.withValue(span.context) {
            var errorType: String?
            defer {
                let (end, duration) = stopwatch.stop()
                let partition = delivery.position.partition
                metrics.record(
                    "process",
                    "messaging.process.duration",
                    partition: partition,
                    errorType: errorType,
                    duration
                )
                metrics.count(
                    "process",
                    "messaging.client.consumed.messages",
                    partition: partition,
                    errorType: errorType
                )
                span.end(at: end)
            }
            do {
                try await Deadline.after(timeout).enforce { try await handler(delivery.message) }
            } catch {
                // A consumer that stops leaves its message to the next one.
                if Task.isCancelled { throw error }
                let type = MessageAttributes.errorType(error)
                errorType = type
                span.updateAttributes { $0["error.type"] = type }
                span.recordError(error)
                span.setStatus(SpanStatus(code: .error, message: "\(error)"))
                pause = try await failed(delivery, error)
                return
            }
            try await reader.acknowledge(delivery, for: group)
        }
        if let pause { try? await Task.sleep(for: pause) }
    }

    /// - Returns: How long to wait before the partition goes on.
    private func failed(_ delivery: Delivery, _ error: any Error) async throws -> Duration? {
        let about: Logger.Metadata = [
            "messaging.message.id": "\(delivery.message.id)",
            "messaging.consumer.group.name": "\(group)",
            "messaging.destination.partition.id": "\(delivery.position.partition)",
            "app.message.offset": "\(delivery.position.offset)",
            "app.message.attempt": "\(delivery.attempt)",
            "error.type": "\(MessageAttributes.errorType(error))",
            "cause": "\(error)",
        ]
        let isFinal = (error as? any MessageError)?.isFinal == true
        switch policy.step(afterAttempt: delivery.attempt, isFinal: isFinal) {
        case .retry(let pause):
            logger.warning("A message could not be processed; trying again", metadata: about)
            try await reader.giveBack(delivery, for: group)
            return pause
        case .bury:
            logger.error("A message was put aside as a dead letter", metadata: about)
            try await reader.bury(delivery, for: group, because: "\(error)")
            metrics.count("process", "messaging.consumer_group.dead_letters", partition: delivery.position.partition)
            return nil
        }
    }

    private func tellLag() async {
        while !Task.isCancelled {
            // Whoever consumes says already that the stream cannot be read.
            if let messages = try? await reader.lag(of: group) {
                for (gauge, messages) in zip(lag, messages) { gauge.record(messages) }
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
