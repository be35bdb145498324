import Glibc
public import OTLP

/// Prints telemetry for people, one line an item, on standard output (OpenTelemetry specification, Standard output
/// exporter). The format is not meant to be read by programs: `OTLPFileExporter` writes one that is.
public struct ConsoleExporter: SpanExporter, LogRecordExporter, MetricExporter {
    private let print: @Sendable (String) -> Void

    /// Creates an exporter.
    public init() {
        self.init { line in
            var line = "\(line)\n"
            line.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        }
    }

    package init(print: @escaping @Sendable (String) -> Void) {
        self.print = print
    }

    /// Prints each span.
    public func export(_ spans: [ReadableSpan]) async -> ExportResult {
        for span in spans {
            let otlp = span.otlp
            let microseconds = (otlp.endTime &- otlp.startTime) / 1_000
            let status = ["unset", "ok", "error"][Int(max(0, min(2, otlp.status.code.rawValue)))]
            print(
                "span \(otlp.traceID) \(otlp.spanID) parent=\(otlp.parentSpanID) '\(otlp.name)' "
                    + "\(microseconds)us \(status) \(Self.text(otlp.attributes))"
            )
        }
        return .success
    }

    /// Prints each record.
    public func export(_ records: [ReadableLogRecord]) async -> ExportResult {
        for record in records.map(\.record) {
            print(
                "log \(record.observedTime) \(record.severityText) \(record.eventName) \(Self.text(record.body)) "
                    + "trace=\(record.traceID) span=\(record.spanID) \(Self.text(record.attributes))"
            )
        }
        return .success
    }

    /// Prints each metric with its points.
    public func export(_ metrics: ResourceMetrics) async -> ExportResult {
        for metric in metrics.scopeMetrics.flatMap(\.metrics) {
            let points =
                switch metric.data {
                case .none: [String]()
                case .gauge(let data): data.dataPoints.map { Self.text($0) }
                case .sum(let data): data.dataPoints.map { Self.text($0) }
                case .histogram(let data):
                    data.dataPoints.map { "\(Self.text($0.attributes)) n=\($0.count) sum=\($0.sum ?? 0)" }
                case .exponentialHistogram(let data):
                    data.dataPoints.map { "\(Self.text($0.attributes)) n=\($0.count) sum=\($0.sum ?? 0)" }
                case .summary(let data):
                    data.dataPoints.map { "\(Self.text($0.attributes)) n=\($0.count) sum=\($0.sum)" }
                }
            for point in points { print("metric \(metric.name) [\(metric.unit)] \(point)") }
        }
        return .success
    }

    /// Nothing is kept.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }

    /// There is nothing to end.
    public func shutdown(timeout: Duration) async -> Outcome { .success }

    private static func text(_ point: NumberDataPoint) -> String {
        let value =
            switch point.value {
            case .int(let value)?: String(value)
            case .double(let value)?: String(value)
            case nil: "none"
            }
        return "\(text(point.attributes)) \(value)"
    }

    private static func text(_ attributes: [KeyValue]) -> String {
        "{\(attributes.map { "\($0.key)=\(text($0.value))" }.joined(separator: " "))}"
    }

    private static func text(_ value: AnyValue) -> String {
        switch value {
        case .empty: ""
        case .string(let text): text
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .double(let value): String(value)
        case .array(let values): "[\(values.map { text($0) }.joined(separator: " "))]"
        case .keyValues(let values): text(values)
        case .bytes(let bytes): "\(bytes.count) bytes"
        }
    }
}
