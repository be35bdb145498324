import OTLP
import Testing

@Suite("Messages that would take far more memory than bytes")
struct HostileSizeTests {
    /// A field that holds other bytes: its tag, their length and themselves.
    private func field(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = content.count
        repeat {
            length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return [tag] + length + content
    }

    @Test("Hundreds of thousands of empty spans are refused, in protobuf and in JSON")
    func emptySpans() {
        let count = 300_000
        let spans = [[UInt8]](repeating: [0x12, 0x00], count: count).flatMap { $0 }
        let protobuf = field(0x0A, field(0x12, spans))
        #expect(throws: OTLPDecodingError.self) { try ExportTraceServiceRequest(protobuf: protobuf) }

        let list = [String](repeating: "{}", count: count).joined(separator: ",")
        let json = #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(list)]}]}]}"#
        #expect(throws: OTLPDecodingError.self) { try ExportTraceServiceRequest(json: Array(json.utf8)) }
    }

    @Test("The smallest elements that mean something are taken, as many as there are")
    func smallElements() throws {
        let count = 300_000
        let values = AnyValue.array([AnyValue](repeating: .bool(false), count: count))
        let quantiles = [ValueAtQuantile](repeating: ValueAtQuantile(), count: count)
        let points = [NumberDataPoint](repeating: NumberDataPoint(value: .int(1)), count: count)
        let logs = ExportLogsServiceRequest(resourceLogs: [
            ResourceLogs(scopeLogs: [ScopeLogs(logRecords: [LogRecord(body: values)])])
        ])
        let metrics = ExportMetricsServiceRequest(resourceMetrics: [
            ResourceMetrics(scopeMetrics: [
                ScopeMetrics(metrics: [
                    Metric(data: .summary(Summary(dataPoints: [SummaryDataPoint(quantileValues: quantiles)]))),
                    Metric(data: .gauge(Gauge(dataPoints: points))),
                ])
            ])
        ])
        #expect(try ExportLogsServiceRequest(protobuf: logs.encodeProtobuf()) == logs)
        #expect(try ExportLogsServiceRequest(json: logs.encodeJSON()) == logs)
        #expect(try ExportMetricsServiceRequest(protobuf: metrics.encodeProtobuf()) == metrics)
        #expect(try ExportMetricsServiceRequest(json: metrics.encodeJSON()) == metrics)
    }
}
