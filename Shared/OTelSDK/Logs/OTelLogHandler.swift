public import Logging
import OTLP
import Tracing

/// The log handler of this SDK behind swift-log's API: each message becomes a log record, with the trace and span in
/// which it was written.
public struct OTelLogHandler: LogHandler {
    /// The lowest level that is recorded.
    public var logLevel: Logger.Level
    /// What every record of this logger carries.
    public var metadata: Logger.Metadata = [:]
    /// What is looked up for each record.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let queue: BatchQueue<ScopedLogRecord>

    init(label: String, level: Logger.Level, queue: BatchQueue<ScopedLogRecord>) {
        self.label = label
        logLevel = level
        self.queue = queue
    }

    /// One value of the metadata that every record carries.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Records one message.
    public func log(event: LogEvent) {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
        if let own = event.metadata { merged.merge(own) { _, new in new } }
        var attributes = merged.map { KeyValue(key: $0.key, value: AnyValue($0.value)) }
        if let error = event.error {
            attributes.append(KeyValue(key: "exception.type", value: .string(String(reflecting: type(of: error)))))
            attributes.append(KeyValue(key: "exception.message", value: .string(String(describing: error))))
        }
        let span = ServiceContext.current?.spanContext
        let now = SpanClock.wall
        queue.append(
            ScopedLogRecord(
                scope: label,
                record: LogRecord(
                    time: now,
                    severityNumber: SeverityNumber(event.level),
                    severityText: event.level.severityText,
                    body: .string(event.message.description),
                    attributes: attributes,
                    flags: UInt32(span?.flags ?? 0),
                    traceID: span?.traceID ?? .none,
                    spanID: span?.spanID ?? .none,
                    observedTime: now
                )
            )
        )
    }
}

/// A log record on its way out, with the logger that wrote it.
struct ScopedLogRecord: Sendable {
    let scope: String
    let record: LogRecord
}

extension SeverityNumber {
    /// swift-log's seven levels in OpenTelemetry's ranges.
    init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .info2
            case .warning: .warn
            case .error: .error
            case .critical: .fatal
            }
    }
}

extension Logger.Level {
    fileprivate var severityText: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTICE"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }
}

extension AnyValue {
    /// The value of a piece of log metadata.
    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .stringConvertible(let value):
            switch value {
            case let value as Bool: self = .bool(value)
            case let value as any BinaryInteger:
                self = Int64(exactly: value).map { .int($0) } ?? .string(value.description)
            case let value as Double: self = .double(value)
            case let value as Float: self = .double(Double(value))
            default: self = .string(value.description)
            }
        case .array(let values): self = .array(values.map { AnyValue($0) })
        case .dictionary(let values):
            self = .keyValues(
                values.sorted { $0.key < $1.key }.map { KeyValue(key: $0.key, value: AnyValue($0.value)) }
            )
        }
    }
}

extension BinaryInteger {
    fileprivate var description: String { String(self) }
}
