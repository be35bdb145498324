import ChildProcess
import Foundation
import OTLP
import Testing

@Suite(
    "What OpenTelemetry's Python SDK exports",
    .enabled(if: TestPython.isGiven, "set FAULTLINE_PYTHON, or run ./demo test")
)
struct PythonSDKExportTests {
    private func attributes(_ list: [KeyValue]) -> [String: AnyValue] {
        Dictionary(list.map { ($0.key, $0.value) }) { $1 }
    }

    @Test("Traces, metrics and logs are decoded as they were made")
    func export() async throws {
        try await PythonPeer.withFolder { folder in
            try await PythonPeer.run("sdk_export.py", [folder.path])
            let body = { (name: String) in try [UInt8](Data(contentsOf: folder.appending(path: name))) }
            try check(ExportTraceServiceRequest(protobuf: body("traces")))
            try check(ExportMetricsServiceRequest(protobuf: body("metrics")))
            try check(ExportLogsServiceRequest(protobuf: body("logs")))
        }
    }

    private func check(_ resource: Resource) {
        let found = attributes(resource.attributes)
        #expect(found["service.name"] == .string("python"))
        #expect(found["list"] == .array([.string("a"), .string("b")]))
    }

    private func check(_ request: ExportTraceServiceRequest) throws {
        let resource = try #require(request.resourceSpans.first)
        check(resource.resource)
        #expect(resource.schemaURL == "https://example.com/schema")
        let scope = try #require(resource.scopeSpans.first)
        #expect(scope.scope.name == "tracer")
        #expect(scope.scope.version == "1.0")
        #expect(scope.schemaURL == "https://example.com/scope")
        let parent = try #require(scope.spans.first { $0.name == "parent" })
        let child = try #require(scope.spans.first { $0.name == "child" })
        #expect(parent.kind == .server && child.kind == .client)
        #expect(!parent.parentSpanID.isValid && parent.spanID.isValid && parent.traceID.isValid)
        #expect(child.parentSpanID == parent.spanID && child.traceID == parent.traceID)
        #expect(parent.endTime >= child.endTime && child.startTime >= parent.startTime && parent.startTime > 0)
        #expect(
            attributes(parent.attributes) == [
                "text": .string("é"), "number": .int(1 << 53 + 1), "real": .double(0.5), "yes": .bool(true),
                "list": .array([.int(1), .int(2)]),
            ]
        )
        let event = SpanEvent(time: 7, name: "event", attributes: [KeyValue(key: "key", value: .string("value"))])
        #expect(parent.events == [event])
        #expect(child.status == SpanStatus(message: "broke", code: .error))
        let link = try #require(child.links.first)
        #expect(link.spanID == parent.spanID && link.traceID == parent.traceID)
        #expect(link.attributes == [KeyValue(key: "of", value: .string("link"))])
    }

    private func check(_ request: ExportMetricsServiceRequest) throws {
        let resource = try #require(request.resourceMetrics.first)
        check(resource.resource)
        let scope = try #require(resource.scopeMetrics.first)
        #expect(scope.scope.name == "meter")
        let metrics = Dictionary(scope.metrics.map { ($0.name, $0) }) { $1 }

        let counter = try #require(metrics["counter"])
        #expect(counter.unit == "1" && counter.description == "counts")
        guard case .sum(let sum) = counter.data else { throw PythonPeer.Failure(description: "no sum: \(counter)") }
        #expect(sum.isMonotonic && sum.aggregationTemporality == .cumulative)
        #expect(sum.dataPoints.map(\.value) == [.int(5)])
        #expect(sum.dataPoints.map(\.attributes) == [[KeyValue(key: "key", value: .string("value"))]])

        guard case .sum(let level)? = metrics["level"]?.data else {
            throw PythonPeer.Failure(description: "no level")
        }
        #expect(!level.isMonotonic && level.dataPoints.map(\.value) == [.int(-2)])

        guard case .gauge(let gauge)? = metrics["gauge"]?.data else {
            throw PythonPeer.Failure(description: "no gauge")
        }
        #expect(gauge.dataPoints.map(\.value) == [.double(1.5)])

        guard case .histogram(let explicit)? = metrics["explicit"]?.data, let point = explicit.dataPoints.first else {
            throw PythonPeer.Failure(description: "no histogram")
        }
        #expect(point.explicitBounds == [1, 10] && point.bucketCounts == [1, 1, 1])
        #expect(point.count == 3 && point.sum == 55.5 && point.min == 0.5 && point.max == 50)

        guard case .exponentialHistogram(let exponential)? = metrics["exponential"]?.data,
            let point = exponential.dataPoints.first
        else { throw PythonPeer.Failure(description: "no exponential histogram") }
        #expect(point.count == 3 && point.sum == 55.5 && point.min == 0.5 && point.max == 50 && point.zeroCount == 0)
        let positive = try #require(point.positive)
        #expect(positive.bucketCounts.reduce(0, +) == 3)
        #expect((point.negative?.bucketCounts ?? []).reduce(0, +) == 0)
        // The first bucket holds 0.5: its bounds are base^offset and base^(offset + 1), with base = 2^(2^-scale).
        let width = exp2(-Double(point.scale))
        #expect(exp2(width * Double(positive.offset)) < 0.5)
        #expect(exp2(width * Double(positive.offset + 1)) >= 0.5)
    }

    private func check(_ request: ExportLogsServiceRequest) throws {
        let resource = try #require(request.resourceLogs.first)
        check(resource.resource)
        let record = try #require(resource.scopeLogs.first?.logRecords.first)
        #expect(record.time == 11 && record.observedTime > 0)
        #expect(record.severityNumber == SeverityNumber(rawValue: 13) && record.severityText == "WARN")
        #expect(record.eventName == "greeting")
        #expect(record.attributes == [KeyValue(key: "key", value: .string("value"))])
        guard case .keyValues(let body) = record.body else { throw PythonPeer.Failure(description: "\(record.body)") }
        #expect(
            attributes(body) == [
                "text": .string("hello"), "parts": .array([.int(1), .empty, .bytes([0, 255])]),
            ]
        )
    }
}
