public import Logging
public import OTLP
import Tracing

/// The log handler of this SDK behind swift-log's API: each message becomes a log record with the trace and span in
/// which it was written.
public struct OTelLogHandler: LogHandler {
    /// The lowest level that is recorded.
    public var logLevel: Logger.Level
    /// What every record of this logger carries.
    public var metadata: Logger.Metadata = [:]
    /// What is looked up for each record.
    public var metadataProvider: Logger.MetadataProvider?

    private let pipeline: LogPipeline
    private let scope: ScopeReference

    /// Creates a handler whose records belong to the scope named by the label.
    ///
    /// - Parameter level: The lowest level that is recorded; `info` by default.
    public init(
        label: String,
        provider: LoggerProvider,
        level: Logger.Level = .info,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        pipeline = provider.pipeline
        scope = ScopeReference(Scope(name: label))
        logLevel = level
        self.metadataProvider = metadataProvider
    }

    /// One value of the metadata that every record carries.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Records one message. Where keys meet, the event's metadata wins over the provider's, and that over the logger's.
    public func log(event: LogEvent) {
        var attributes: [KeyValue] = []
        let provided = metadataProvider?.get() ?? [:]
        attributes.reserveCapacity(metadata.count + provided.count + (event.metadata?.count ?? 0) + 2)
        if let own = event.metadata { Self.append(own, to: &attributes) { _ in false } }
        Self.append(provided, to: &attributes) { event.metadata?[$0] != nil }
        Self.append(metadata, to: &attributes) { event.metadata?[$0] != nil || provided[$0] != nil }
        if let error = event.error {
            for attribute in ExceptionAttributes.attributes(of: error)
            where !attributes.contains(where: { $0.key == attribute.key }) {
                attributes.append(attribute)
            }
        }
        let now = TelemetryClock.wall
        let severity = SeverityNumber(event.level)
        pipeline.emit(
            LogRecord(
                time: now,
                severityNumber: severity,
                severityText: event.level.severityText,
                body: .string(event.message.description),
                attributes: attributes,
                observedTime: now
            ),
            scope: scope,
            context: InstrumentationContext.current
        )
    }

    private static func append(
        _ metadata: Logger.Metadata,
        to attributes: inout [KeyValue],
        except isHidden: (String) -> Bool
    ) {
        for (key, value) in metadata where !isHidden(key) {
            attributes.append(KeyValue(key: key, value: AnyValue(value)))
        }
    }
}

extension SeverityNumber {
    /// swift-log's seven levels in OpenTelemetry's ranges.
    public init(_ level: Logger.Level) {
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
        // As OpenTelemetry calls the range, so that a filter for FATAL finds it.
        case .critical: "FATAL"
        }
    }
}

extension AnyValue {
    /// The value of a piece of log metadata; numbers and truth values keep their type.
    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .stringConvertible(let value): self = AnyValue(describing: value)
        case .array(let values): self = .array(values.map { AnyValue($0) })
        case .dictionary(let values):
            self = .keyValues(
                values.sorted { $0.key < $1.key }.map { KeyValue(key: $0.key, value: AnyValue($0.value)) }
            )
        }
    }
}

extension Logger.MetadataProvider {
    /// Adds `trace_id`, `span_id` and `trace_flags` of the current span to the records of any log handler, such as one
    /// that writes to the console. The SDK's own handler needs no such help.
    public static var openTelemetry: Logger.MetadataProvider {
        Logger.MetadataProvider {
            guard let span = InstrumentationContext.current?.spanContext, span.isValid else { return [:] }
            return [
                "trace_id": "\(span.traceID)", "span_id": "\(span.spanID)",
                "trace_flags": "\(span.flags < 16 ? "0" : "")\(String(span.flags, radix: 16))",
            ]
        }
    }
}
