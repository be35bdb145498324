import Glibc
public import OTLP
import Synchronization

/// Appends telemetry to a file as OTLP/JSON, one message a line (OpenTelemetry specification, OTLP File Exporter). One
/// exporter serves all three signals; each signal is best given a file of its own.
public final class OTLPFileExporter: SpanExporter, LogRecordExporter, MetricExporter {
    private let descriptor: Mutex<Int32>
    private let isStandardOutput: Bool
    private let preference: TemporalityPreference

    /// Opens a file for appending, and makes it if there is none.
    ///
    /// - Parameters:
    ///   - path: The file; standard output when `nil`.
    ///   - preference: Since when sums and histograms count.
    /// - Throws: ``OTLPFileError`` when the file cannot be opened.
    public init(path: String? = nil, preference: TemporalityPreference = .cumulative) throws(OTLPFileError) {
        self.preference = preference
        isStandardOutput = path == nil
        guard let path else {
            descriptor = Mutex(STDOUT_FILENO)
            return
        }
        let opened = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw OTLPFileError(path: path, reason: String(cString: strerror(errno))) }
        descriptor = Mutex(opened)
    }

    deinit {
        close()
    }

    /// Writes a batch as one line.
    public func export(_ spans: [ReadableSpan]) async -> ExportResult {
        write(ExportTraceServiceRequest(spans).encodeJSON())
    }

    /// Writes a batch as one line.
    public func export(_ records: [ReadableLogRecord]) async -> ExportResult {
        write(ExportLogsServiceRequest(records).encodeJSON())
    }

    /// Writes what was collected as one line.
    public func export(_ metrics: ResourceMetrics) async -> ExportResult {
        write(ExportMetricsServiceRequest(resourceMetrics: [metrics]).encodeJSON())
    }

    /// As the preference says.
    public func temporality(for kind: InstrumentKind) -> AggregationTemporality { preference.temporality(kind) }

    /// Every line is written at once, so there is nothing to flush.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }

    /// Closes the file.
    public func shutdown(timeout: Duration) async -> Outcome {
        close()
        return .success
    }

    private func close() {
        descriptor.withLock { descriptor in
            if descriptor >= 0, !isStandardOutput { _ = Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    private func write(_ message: [UInt8]) -> ExportResult {
        let line = message + [UInt8(ascii: "\n")]
        return descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return .failure("the file is closed") }
            var written = 0
            while written < line.count {
                let count = line.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress! + written, line.count - written)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return .failure("writing failed: \(String(cString: strerror(errno)))") }
                written += count
            }
            return .success
        }
    }
}

/// A file that telemetry cannot be written to.
public struct OTLPFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The system's reason.
    public let reason: String

    /// What to do about it, in one sentence.
    public var description: String {
        "Telemetry cannot be written to \(path) (\(reason)): name a file in a folder that may be written to."
    }
}
