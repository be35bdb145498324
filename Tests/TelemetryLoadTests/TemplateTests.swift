import OTLP
import Testing

@testable import TelemetryLoad

@Suite("A request's template")
struct TemplateTests {
    private func template(_ signal: Signal, records: Int, seed: UInt64 = 1) -> TelemetryTemplate {
        TelemetryTemplate.of(signal, records: records, attributes: 12, run: "r1", prefix: { _ in [] }, seed: seed)
    }

    private func spans(_ template: TelemetryTemplate) throws -> [Span] {
        let request = try ExportTraceServiceRequest(protobuf: template.body)
        let resource = try #require(request.resourceSpans.first?.resource)
        #expect(resource.attributes.contains(KeyValue(key: "service.instance.id", value: .string("r1"))))
        return request.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans)
    }

    @Test("has new spans each time, whose parents are in it and whose times are now", arguments: [1, 7, 8, 512])
    func traces(records: Int) throws {
        let key = IDKey(0x0123_4567_89AB_CDEF)
        var template = template(.traces, records: records)
        var ids: Set<SpanID> = []
        var traces: Set<TraceID> = []
        for request in 0..<3 as Range<UInt64> {
            let now: UInt64 = 1_795_253_629_000_000_000 + request
            template.prepare(key, request: request, now: now)
            let spans = try spans(template)
            #expect(spans.count == records)
            let own = Dictionary(uniqueKeysWithValues: spans.map { ($0.spanID, $0) })
            for span in spans {
                #expect(ids.insert(span.spanID).inserted)
                #expect(span.spanID.isValid && span.traceID.isValid)
                #expect(span.attributes.count == 12)
                #expect(span.startTime < span.endTime)
                #expect(span.startTime + 100_000_000 > now && span.endTime <= now)
                if span.kind == .server {
                    #expect(span.parentSpanID == .none)
                    #expect(traces.insert(span.traceID).inserted)
                } else {
                    #expect(own[span.parentSpanID]?.traceID == span.traceID)
                    #expect(own[span.parentSpanID]?.kind == .server)
                }
            }
        }
        #expect(ids.count == 3 * records)
    }

    @Test("has new log records each time")
    func logs() throws {
        var template = template(.logs, records: 50)
        var uids: Set<AnyValue> = []
        for request in 0..<3 as Range<UInt64> {
            template.prepare(IDKey(7), request: request, now: 1_795_253_629_000_000_000)
            let logs = try ExportLogsServiceRequest(protobuf: template.body).resourceLogs
                .flatMap(\.scopeLogs).flatMap(\.logRecords)
            #expect(logs.count == 50)
            for log in logs {
                #expect(log.time == 1_795_253_629_000_000_000 && log.observedTime == log.time)
                #expect(log.traceID.isValid && log.spanID.isValid)
                let uid = try #require(log.attributes.first { $0.key == "log.record.uid" })
                #expect(uids.insert(uid.value).inserted)
                #expect(uid.value == .string(log.spanID.description))
            }
        }
    }

    @Test("has points of now, each with its number")
    func metrics() throws {
        var template = template(.metrics, records: 50)
        var numbers: Set<Int64> = []
        for request in 0..<3 as Range<UInt64> {
            template.prepare(IDKey(7), request: request, now: 1_795_253_629_000_000_000)
            let metrics = try ExportMetricsServiceRequest(protobuf: template.body).resourceMetrics
                .flatMap(\.scopeMetrics).flatMap(\.metrics)
            for metric in metrics {
                guard case .gauge(let gauge) = metric.data else {
                    Issue.record("\(metric.name) is no gauge")
                    continue
                }
                for point in gauge.dataPoints {
                    #expect(point.time == 1_795_253_629_000_000_000)
                    guard case .int(let number) = point.value else {
                        Issue.record("a point has no number")
                        continue
                    }
                    #expect(numbers.insert(number).inserted)
                }
            }
        }
        #expect(numbers == Set(0..<150))
    }

    @Test("gives two runs different ids, and two seeds different attributes")
    func differences() throws {
        var (one, other) = (template(.traces, records: 8), template(.traces, records: 8, seed: 2))
        one.prepare(IDKey(1 << 20), request: 0, now: 1)
        other.prepare(IDKey(1 << 21), request: 0, now: 1)
        let (first, second) = (try spans(one), try spans(other))
        #expect(Set(first.map(\.spanID)).isDisjoint(with: second.map(\.spanID)))
        #expect(Set(first.map(\.traceID)).isDisjoint(with: second.map(\.traceID)))
        #expect(first.map(\.attributes) != second.map(\.attributes))
    }
}
