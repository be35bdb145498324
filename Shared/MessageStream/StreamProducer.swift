import Deadlines
import SpanTiming
import Tracing

/// Sends messages to a stream: a PRODUCER span for each, in the trace that the message came with, and the span's own
/// context in the message.
public struct StreamProducer: Sendable {
    private let writer: any StreamWriter
    private let timeout: Duration
    private let metrics: MessagingMetrics

    /// Creates a producer.
    ///
    /// - Parameters:
    ///   - writer: The stream.
    ///   - timeout: The most that sending one message may take; 5 s by default.
    public init(_ writer: any StreamWriter, timeout: Duration = .seconds(5)) {
        self.writer = writer
        self.timeout = timeout
        metrics = MessagingMetrics(writer)
    }

    /// Sends a message; sending it again is harmless.
    ///
    /// - Throws: What the stream throws.
    public func send(_ message: StreamMessage) async throws {
        let stopwatch = SpanStopwatch()
        let span = InstrumentationSystem.tracer.startSpan(
            "send \(writer.name)",
            context: MessageHeaders.context(of: message.headers),
            ofKind: .producer,
            at: stopwatch.start
        )
        var message = message
        message.headers.merge(MessageHeaders.of(span.context)) { _, new in new }
        span.updateAttributes { attributes in
            attributes["messaging.operation.name"] = "send"
            attributes["messaging.operation.type"] = "send"
            MessageAttributes.add(message, of: writer, to: &attributes)
        }
        var partition: Int?
        var errorType: String?
        defer {
            let (end, duration) = stopwatch.stop()
            ServiceContext.withValue(span.context) {
                metrics.record(
                    "send",
                    "messaging.client.operation.duration",
                    partition: partition,
                    errorType: errorType,
                    duration
                )
                metrics.count(
                    "send",
                    "messaging.client.sent.messages",
                    partition: partition,
                    errorType: errorType
                )
            }
            span.end(at: end)
        }
        do {
            let position = try await ServiceContext.withValue(span.context) { [message] in
                try await Deadline.after(timeout).enforce { try await writer.append(message) }
            }
            partition = position.partition
            span.updateAttributes { MessageAttributes.add(position, to: &$0) }
        } catch {
            let type = MessageAttributes.errorType(error)
            errorType = type
            span.updateAttributes { $0["error.type"] = type }
            span.recordError(error)
            span.setStatus(SpanStatus(code: .error, message: "\(error)"))
            throw error
        }
    }
}
