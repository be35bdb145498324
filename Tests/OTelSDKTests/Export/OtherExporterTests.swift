import Foundation
import OTLP
import OTelSDK
import Testing

@Suite("Other exporters", .timeLimit(.minutes(3)))
struct OtherExporterTests {
    @Test("append OTLP/JSON lines to a file")
    func file() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for name in ["first", "second"] {
            let exporter = try OTLPFileExporter(path: path)
            let provider = TracerProvider(processors: [BatchSpanProcessor(exporter)])
            provider.tracer("t").startSpan(named: name).end()
            #expect(await provider.shutdown() == .success)
        }
        let exporter = try OTLPFileExporter(path: path)
        let logs = LoggerProvider(processors: [BatchLogRecordProcessor(exporter)])
        logs.logger("l").emit(.info, "hello")
        _ = await logs.shutdown()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { Array($0.utf8) }
        #expect(lines.count == 3)
        let names = try lines.prefix(2).map {
            try ExportTraceServiceRequest(json: $0).resourceSpans[0].scopeSpans[0].spans[0].name
        }
        #expect(names == ["first", "second"])
        #expect(try ExportLogsServiceRequest(json: lines[2]).resourceLogs[0].scopeLogs[0].logRecords[0].body == "hello")
        #expect(throws: OTLPFileError.self) { try OTLPFileExporter(path: "/nowhere/at/all") }
    }

    @Test("print a line an item for people")
    func console() async {
        let journal = Journal<String>()
        let exporter = ConsoleExporter { journal.note($0) }
        let traces = TracerProvider(processors: [SimpleSpanProcessor(exporter)])
        traces.tracer("t").startSpan(named: "a span", attributes: [Attribute("k", ["x", 1])]).end()
        _ = await traces.shutdown()
        let logs = LoggerProvider(processors: [SimpleLogRecordProcessor(exporter)])
        logs.logger("l").emit(.warn, "a record")
        _ = await logs.shutdown()
        let metrics = MeterProvider(readers: [PeriodicMetricReader(exporter)])
        metrics.meter("m").counter("a.counter", unit: "{thing}").add(3)
        _ = await metrics.shutdown()
        #expect(journal.entries.count == 3)
        #expect(journal.entries[0].contains("'a span'") && journal.entries[0].contains("k=[x 1]"))
        #expect(journal.entries[1].contains("WARN") && journal.entries[1].contains("a record"))
        #expect(journal.entries[2].contains("a.counter [{thing}]") && journal.entries[2].hasSuffix(" 3"))
    }
}
