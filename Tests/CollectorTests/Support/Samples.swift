import Glibc
import OTLP

@testable import Collector

/// Telemetry for tests. Times are near now: rows older than the tables' time to live would vanish.
enum Samples {
    /// The beginning of this test run, in nanoseconds since 1970.
    static let start: UInt64 = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + 300_000_001
    }()

    static let resource = Resource(
        attributes: [
            KeyValue(key: "service.name", value: .string("shop")), KeyValue(key: "host.cpu", value: .int(2)),
        ],
        droppedAttributesCount: 0
    )

    static let scope = InstrumentationScope(
        name: "scope",
        version: "1.2",
        attributes: [KeyValue(key: "scope.key", value: .bool(true))],
        droppedAttributesCount: 7
    )

    /// A span with a number of its own.
    static func span(_ number: Int) -> Span {
        Span(
            traceID: TraceID(high: 0xA, low: UInt64(number)),
            spanID: SpanID(value: UInt64(number)),
            name: "GET /products",
            kind: .server,
            startTime: start + UInt64(number),
            endTime: start + UInt64(number) + 1_500,
            attributes: [KeyValue(key: "http.route", value: .string("/products"))]
        )
    }

    /// A request with so many spans.
    static func spans(_ numbers: ClosedRange<Int>) -> ExportTraceServiceRequest {
        spans(numbers.map { span($0) })
    }

    static func spans(_ spans: [Span]) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest(resourceSpans: [
            ResourceSpans(
                resource: resource,
                scopeSpans: [ScopeSpans(scope: scope, spans: spans, schemaURL: "https://schema/scope")],
                schemaURL: "https://schema/resource"
            )
        ])
    }

    /// A log record with a number of its own.
    static func record(_ number: Int) -> LogRecord {
        LogRecord(time: start + UInt64(number), body: .string("record \(number)"))
    }

    /// A gauge with one point.
    static func gauge(_ number: Int) -> Metric {
        Metric(name: "level", data: .gauge(Gauge(dataPoints: [point(number)])))
    }

    /// A sum with one point.
    static func sum(_ number: Int) -> Metric {
        Metric(name: "total", data: .sum(Sum(dataPoints: [point(number)], aggregationTemporality: .cumulative)))
    }

    private static func point(_ number: Int) -> NumberDataPoint {
        NumberDataPoint(time: start + UInt64(number), value: .int(Int64(number)))
    }

    static func logs(_ records: [LogRecord]) -> ExportLogsServiceRequest {
        ExportLogsServiceRequest(resourceLogs: [
            ResourceLogs(
                resource: resource,
                scopeLogs: [ScopeLogs(scope: scope, logRecords: records, schemaURL: "https://schema/scope")],
                schemaURL: "https://schema/resource"
            )
        ])
    }

    static func metrics(_ metrics: [Metric]) -> ExportMetricsServiceRequest {
        ExportMetricsServiceRequest(resourceMetrics: [
            ResourceMetrics(
                resource: resource,
                scopeMetrics: [ScopeMetrics(scope: scope, metrics: metrics, schemaURL: "https://schema/scope")],
                schemaURL: "https://schema/resource"
            )
        ])
    }
}
