import HTTPCore
import HTTPTypes
import OTLP
import Synchronization
import Testing
import Tracing

@testable import OTelSDK

@Suite("The OTLP/HTTP exporter", .timeLimit(.minutes(3)))
struct OTLPExporterTests {
    private func settings(_ url: String, path: String = "/v1/traces") -> OTLPSettings {
        var settings = OTLPSettings(url: url + path)
        settings.retry.initialBackoff = .milliseconds(2)
        settings.retry.maximumBackoff = .milliseconds(10)
        settings.timeout = .seconds(20)
        return settings
    }

    /// Spans that have ended, of two scopes.
    private func spans(_ count: Int = 3) async -> [ReadableSpan] {
        let fixture = TraceFixture(
            resource: TelemetryResource([Attribute("service.name", "shop")], schemaURL: "https://example.com/r")
        )
        for index in 0..<count {
            fixture.provider.tracer(index % 2 == 0 ? "even" : "odd", schemaURL: "https://example.com/s")
                .startSpan(named: "span \(index)", attributes: [Attribute("index", .int(Int64(index)))]).end()
        }
        _ = await fixture.provider.forceFlush()
        return fixture.exporter.spans
    }

    @Test("sends spans that arrive as they were, in protobuf and JSON, plain and compressed")
    func delivery() async throws {
        let spans = await spans()
        let backend = Backend()
        try await backend.serve { url in
            for transport in [OTLPSettings.Transport.httpProtobuf, .httpJSON] {
                for compression in [OTLPSettings.Compression.none, .gzip] {
                    var settings = settings(url)
                    settings.transport = transport
                    settings.compression = compression
                    settings.headers = [("Authorization", "Bearer x")]
                    settings.userAgentPrefix = "shop/1"
                    #expect(await OTLPSpanExporter(settings).export(spans) == .success)
                }
            }
        }
        #expect(backend.received.count == 4)
        for (index, received) in backend.received.enumerated() {
            let isJSON = index >= 2
            #expect(received.headers[.contentType] == (isJSON ? "application/json" : "application/x-protobuf"))
            #expect(received.headers[.contentEncoding] == (index % 2 == 1 ? "gzip" : nil))
            #expect(received.headers[.authorization] == "Bearer x")
            let agent = try #require(received.headers[.userAgent])
            #expect(agent.hasPrefix("shop/1 OTel-OTLP-Exporter-Swift/"))
            let content = try received.content
            let request =
                isJSON
                ? try ExportTraceServiceRequest(json: content) : try ExportTraceServiceRequest(protobuf: content)
            #expect(request.resourceSpans.count == 1)
            #expect(request.resourceSpans[0].schemaURL == "https://example.com/r")
            #expect(request.resourceSpans[0].resource.attributes == [KeyValue("service.name", "shop")])
            let scopes = request.resourceSpans[0].scopeSpans
            #expect(scopes.map { $0.scope.name } == ["even", "odd"])
            #expect(scopes.allSatisfy { $0.schemaURL == "https://example.com/s" })
            #expect(scopes.flatMap(\.spans).map(\.name) == ["span 0", "span 2", "span 1"])
        }
    }

    @Test("sends again what may succeed later, and counts attempts exactly", arguments: [429, 502, 503, 504])
    func retryable(status: Int) async throws {
        let spans = await spans()
        let backend = Backend { number, _ in
            Response(status: number < 2 ? .init(code: status) : .ok)
        }
        try await backend.serve { url in
            #expect(await OTLPSpanExporter(settings(url)).export(spans) == .success)
        }
        #expect(backend.received.count == 3)
        #expect(backend.received[0].body == backend.received[2].body)
    }

    @Test("sends only once what would never succeed", arguments: [400, 401, 404, 413, 500, 501])
    func notRetryable(status: Int) async throws {
        let spans = await spans()
        let backend = Backend { _, _ in Response(status: .init(code: status)) }
        let result = try await backend.serve { url in await OTLPSpanExporter(settings(url)).export(spans) }
        guard case .failure(let reason) = result else {
            Issue.record("it should have failed")
            return
        }
        #expect(reason.contains("\(status)"))
        #expect(backend.received.count == 1)
    }

    @Test("gives up after so many attempts")
    func givingUp() async throws {
        let spans = await spans()
        let backend = Backend { _, _ in Response(status: .serviceUnavailable) }
        try await backend.serve { url in
            var settings = settings(url)
            settings.retry.maximumAttempts = 3
            let result = await OTLPSpanExporter(settings).export(spans)
            #expect(result != .success)
        }
        #expect(backend.received.count == 3)
    }

    @Test("waits as long as the server asks, and not at all when that would be too long")
    func retryAfter() async throws {
        let spans = await spans()
        let patient = Backend { number, _ in
            number == 0
                ? Response(status: .serviceUnavailable, headers: [.retryAfter: "7"]) : Response(status: .ok)
        }
        let waits = Journal<Duration>()
        try await patient.serve { url in
            var settings = settings(url)
            // However busy the machine is, 7 s fit in.
            settings.timeout = .seconds(120)
            let exporter = OTLPSpanExporter(settings) { waits.note($0) }
            #expect(await exporter.export(spans) == .success)
        }
        #expect(waits.entries == [.seconds(7)])
        #expect(patient.received.count == 2)

        let late = Backend { _, _ in
            Response(status: .tooManyRequests, headers: [.retryAfter: "Fri, 31 Dec 2100 23:59:59 GMT"])
        }
        try await late.serve { url in
            #expect(await OTLPSpanExporter(settings(url)).export(spans) != .success)
        }
        #expect(late.received.count == 1)
    }

    @Test("says how many a partial success refused, and does not send them again")
    func partialSuccess() async throws {
        let spans = await spans()
        let response = ExportTraceServiceResponse(
            partialSuccess: ExportTracePartialSuccess(rejectedSpans: 2, errorMessage: "too old")
        )
        let backend = Backend { number, _ in
            number == 0
                ? Response(
                    status: .ok,
                    headers: [.contentType: "application/x-protobuf"],
                    body: .bytes(response.encodeProtobuf())
                )
                : Response(
                    status: .ok,
                    headers: [.contentType: "application/json; charset=utf-8"],
                    body: .bytes(response.encodeJSON())
                )
        }
        try await backend.serve { url in
            let exporter = OTLPSpanExporter(settings(url))
            for _ in 0..<2 {
                #expect(await exporter.export(spans) == .partialSuccess(rejected: 2, message: "too old"))
            }
            let processor = BatchSpanProcessor(OTLPSpanExporter(settings(url)))
            for span in spans { processor.onEnd(span) }
            #expect(await processor.forceFlush(timeout: .seconds(30)) == .success)
            #expect(processor.exportedSpans == 1 && processor.failedSpans == 2)
            _ = await processor.shutdown(timeout: .seconds(5))
        }
        #expect(backend.received.count == 3)
    }

    @Test("is not held up by a server that hangs, resets or is not there")
    func unreachable() async throws {
        let spans = await spans()
        let hanging = Backend { _, _ in
            try await Task.sleep(for: .seconds(600))
            return Response(status: .ok)
        }
        try await hanging.serve { url in
            var settings = settings(url)
            settings.timeout = .seconds(3)
            #expect(await OTLPSpanExporter(settings).export(spans) != .success)
        }
        #expect(hanging.received.count == 1)

        var nobody = settings("http://127.0.0.1:1")
        nobody.retry.maximumAttempts = 3
        guard case .failure(let reason) = await OTLPSpanExporter(nobody).export(spans) else {
            Issue.record("it should have failed")
            return
        }
        #expect(reason.contains("127.0.0.1:1"))
    }

    @Test("does not send what is too large, and does not read answers that are")
    func sizes() async throws {
        let spans = await spans()
        let backend = Backend { _, _ in
            Response(status: .ok, body: .bytes([UInt8](repeating: 0x20, count: 5_000)))
        }
        try await backend.serve { url in
            var small = settings(url)
            small.maximumRequestBytes = 10
            #expect(await OTLPSpanExporter(small).export(spans) != .success)
            #expect(backend.received.isEmpty)
            var narrow = settings(url)
            narrow.maximumResponseBytes = 1_000
            #expect(await OTLPSpanExporter(narrow).export(spans) != .success)
            #expect(backend.received.count == 1)
        }
    }

    @Test("sends several at once, and nothing after shutdown")
    func concurrency() async throws {
        let spans = await spans()
        let last = Atomic(0)
        let backend = Backend { number, _ in
            // The first answer waits for a second request, which only an exporter that does not wait can send.
            last.max(number, ordering: .relaxed)
            try await eventually { last.load(ordering: .relaxed) > 0 }
            return Response(status: .ok)
        }
        try await backend.serve { url in
            let exporter = OTLPSpanExporter(settings(url))
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { #expect(await exporter.export(spans) == .success) } }
            }
            #expect(await exporter.shutdown(timeout: .seconds(1)) == .success)
            #expect(await exporter.export(spans) != .success)
        }
        #expect(backend.received.count == 4)
        #expect(backend.mostRunning > 1)
    }

    @Test("sends logs and metrics, too")
    func otherSignals() async throws {
        let backend = Backend()
        try await backend.serve { url in
            let logs = LoggerProvider(
                processors: [BatchLogRecordProcessor(OTLPLogRecordExporter(settings(url, path: "/v1/logs")))]
            )
            logs.logger("l", schemaURL: "https://example.com/l").emit(.info, "hello")
            #expect(await logs.shutdown() == .success)
            let exporter = OTLPMetricExporter(
                settings(url, path: "/v1/metrics"),
                preference: .delta,
                histogramAggregation: .exponentialHistogram()
            )
            let metrics = MeterProvider(readers: [PeriodicMetricReader(exporter)])
            metrics.meter("m", schemaURL: "https://example.com/m").counter("c").add(2)
            metrics.meter("m", schemaURL: "https://example.com/m").histogram("h").record(2)
            #expect(await metrics.shutdown() == .success)
        }
        let logs = try #require(backend.received.first { $0.path == "/v1/logs" })
        let records = try ExportLogsServiceRequest(protobuf: logs.body).resourceLogs[0].scopeLogs
        #expect(records[0].logRecords[0].body == "hello" && records[0].schemaURL == "https://example.com/l")
        let metrics = try #require(backend.received.first { $0.path == "/v1/metrics" })
        let scope = try ExportMetricsServiceRequest(protobuf: metrics.body).resourceMetrics[0].scopeMetrics[0]
        #expect(scope.schemaURL == "https://example.com/m")
        #expect(scope.metrics[0].sum?.aggregationTemporality == .delta)
        #expect(scope.metrics[1].exponential?.count == 1)
    }
}
