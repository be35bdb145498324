import OTLP

/// Spans: `ExportTraceServiceRequest`, and rows of `otel_traces`.
enum Spans: ScopedTelemetry {
    typealias Message = ExportTraceServiceRequest
    typealias Item = WireSpan
    typealias Rows = SpanRows

    static let signal = Signal.spans
}
