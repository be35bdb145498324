import ChildProcess
import CurlHTTP
import Foundation
import GRPC
import Logging
import OTLP
import Testing
import Tracing

@testable import OTelSDK

@Suite(
    "The OTLP/gRPC exporter",
    .enabled(if: TestPython.isGiven, "set FAULTLINE_PYTHON, or run ./demo test"),
    .timeLimit(.minutes(3))
)
struct OTLPGRPCTests {
    private func settings(_ place: String) -> OTLPSettings {
        var settings = OTLPSettings(url: "http://\(place)", transport: .grpc)
        settings.retry.initialBackoff = .milliseconds(2)
        settings.retry.maximumBackoff = .milliseconds(10)
        settings.timeout = .seconds(60)
        return settings
    }

    private func span() async -> [ReadableSpan] {
        let fixture = TraceFixture()
        fixture.provider.tracer("t").startSpan(named: "a span").end()
        _ = await fixture.provider.forceFlush()
        return fixture.exporter.spans
    }

    @Test(
        "sends all signals as they were, plain and compressed, by what the environment says",
        arguments: ["none", "gzip"]
    )
    func environment(compression: String) async throws {
        let calls = try await GRPCReceiver.serve(["ok"], options: compression == "gzip" ? ["--compress"] : []) {
            place in
            let configuration = try OTelConfiguration.fromEnvironment([
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://\(place)/ignored",
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": place, "OTEL_EXPORTER_OTLP_LOGS_INSECURE": "true",
                "OTEL_EXPORTER_OTLP_COMPRESSION": compression, "OTEL_EXPORTER_OTLP_HEADERS": "Api-Key=some%20key",
                "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT": "0", "OTEL_METRIC_EXPORT_INTERVAL": "3600000",
            ])
            #expect(configuration.problems.isEmpty)
            let providers = try OTelProviders(configuration)
            providers.tracerProvider.tracer("t").startSpan(named: "a span").end()
            providers.loggerProvider.logger("l").emit(.info, .string(String(repeating: "hello ", count: 10_000)))
            providers.meterProvider.meter("m").counter("a.counter").add(1)
            #expect(await providers.forceFlush() == .success)
            #expect(await providers.shutdown() == .success)
        }
        func bodies(_ service: String) -> [[UInt8]] {
            calls.filter { $0.method == "/opentelemetry.proto.collector.\(service)/Export" }.map { [UInt8]($0.body) }
        }
        let traces = try ExportTraceServiceRequest(protobuf: #require(bodies("trace.v1.TraceService").first))
        #expect(traces.resourceSpans[0].scopeSpans[0].spans.map(\.name) == ["a span"])
        let logs = try ExportLogsServiceRequest(protobuf: #require(bodies("logs.v1.LogsService").first))
        let record = logs.resourceLogs[0].scopeLogs[0].logRecords[0]
        #expect(record.body == .string(String(repeating: "hello ", count: 10_000)))
        let metrics = try ExportMetricsServiceRequest(protobuf: #require(bodies("metrics.v1.MetricsService").first))
        #expect(metrics.resourceMetrics[0].scopeMetrics.flatMap(\.metrics).contains { $0.name == "a.counter" })
        for call in calls {
            #expect(call.metadata["api-key"] == "some key")
            #expect(call.metadata["user-agent"]?.hasPrefix("OTel-OTLP-Exporter-Swift/") == true)
            // It is told how long it has, where there is a limit.
            if call.method.contains("metrics") {
                #expect(call.timeRemaining == nil)
            } else {
                #expect(try #require(call.timeRemaining) <= 10)
            }
        }
    }

    @Test(
        "sends again what may succeed later",
        arguments: ["UNAVAILABLE", "CANCELLED", "DEADLINE_EXCEEDED", "ABORTED", "OUT_OF_RANGE", "DATA_LOSS"]
    )
    func retryable(status: String) async throws {
        let span = await span()
        let failure = "status \(status) not now"
        let calls = try await GRPCReceiver.serve([failure, failure, "ok"]) { place in
            #expect(await OTLPSpanExporter(settings(place)).export(span) == .success)
        }
        #expect(calls.count == 3 && Set(calls.map(\.body)).count == 1)
    }

    @Test(
        "sends only once what would never succeed, and says what the server says",
        arguments: ["INVALID_ARGUMENT", "UNAUTHENTICATED", "PERMISSION_DENIED", "UNIMPLEMENTED", "INTERNAL", "UNKNOWN"]
    )
    func notRetryable(status: String) async throws {
        let span = await span()
        let calls = try await GRPCReceiver.serve(["status \(status) kein Gefäß %41"]) { place in
            guard case .failure(let reason) = await OTLPSpanExporter(settings(place)).export(span) else {
                Issue.record("it should have failed")
                return
            }
            #expect(reason.hasSuffix("/ answered \(status): kein Gefäß %41"))
        }
        #expect(calls.count == 1)
    }

    @Test("asks an exhausted server again only when it says when, and then")
    func exhausted() async throws {
        let span = await span()
        let waits = Journal<Duration>()
        let patient = try await GRPCReceiver.serve(["exhausted 7250", "ok"]) { place in
            let exporter = OTLPSpanExporter(settings(place)) { waits.note($0) }
            #expect(await exporter.export(span) == .success)
        }
        #expect(patient.count == 2 && waits.entries == [.milliseconds(7_250)])
        let silent = try await GRPCReceiver.serve(["status RESOURCE_EXHAUSTED full"]) { place in
            #expect(await OTLPSpanExporter(settings(place)).export(span) != .success)
        }
        #expect(silent.count == 1)
    }

    @Test("says how many a partial success refused, and does not send them again")
    func partialSuccess() async throws {
        let span = await span()
        let calls = try await GRPCReceiver.serve(["partial 1 too old", "partial 0 slow down"]) { place in
            let exporter = OTLPSpanExporter(settings(place))
            #expect(await exporter.export(span) == .partialSuccess(rejected: 1, message: "too old"))
            #expect(await exporter.export(span) == .success)
        }
        #expect(calls.count == 2)
    }

    @Test("is not held up by a server that hangs, speaks something else or is not there")
    func unreachable() async throws {
        let span = await span()
        let calls = try await GRPCReceiver.serve(["hang"]) { place in
            var settings = settings(place)
            settings.timeout = .seconds(2)
            #expect(await OTLPSpanExporter(settings).export(span) != .success)
        }
        #expect(calls.count == 1)
        #expect(try #require(calls.first?.timeRemaining) <= 2)

        let other = Backend()
        try await other.serve { url in
            var settings = settings(String(url.dropFirst(7)))
            settings.retry.maximumAttempts = 2
            #expect(await OTLPSpanExporter(settings).export(span) != .success)
        }
        #expect(other.received.isEmpty)
        var nobody = settings("127.0.0.1:1")
        nobody.retry.maximumAttempts = 2
        guard case .failure(let reason) = await OTLPSpanExporter(nobody).export(span) else {
            Issue.record("it should have failed")
            return
        }
        #expect(reason.contains("127.0.0.1:1"))
    }

    @Test("sends many batches at once")
    func concurrency() async throws {
        let span = await span()
        let calls = try await GRPCReceiver.serve(["ok"]) { place in
            let exporter = OTLPSpanExporter(settings(place))
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 { group.addTask { #expect(await exporter.export(span) == .success) } }
            }
        }
        #expect(calls.count == 50)
    }

    @Test("speaks TLS, with the certificates that it is given")
    func tls() async throws {
        let span = await span()
        let folder = FileManager.default.temporaryDirectory.appending(path: "otlp-grpc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (certificate, key) = (folder.appending(path: "cert.pem").path, folder.appending(path: "key.pem").path)
        let made = try await ChildProcess.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ])
        try #require(made.status == 0, "\(made.errors)")
        let options = ["--certificate", certificate, "--key", key]
        let calls = try await GRPCReceiver.serve(["ok"], options: options) { place in
            var trusting = settings(place)
            trusting.url = "https://\(place)"
            trusting.tls.certificateAuthority = certificate
            #expect(await OTLPSpanExporter(trusting).export(span) == .success)
            trusting.tls.certificateAuthority = nil
            guard case .failure(let reason) = await OTLPSpanExporter(trusting).export(span) else {
                Issue.record("nobody vouches for the server")
                return
            }
            #expect(reason.hasPrefix("TLS with"))
        }
        #expect(calls.count == 1)
    }

    @Test("is what a configuration file's otlp_grpc makes, for each signal")
    func file() async throws {
        let calls = try await GRPCReceiver.serve(["ok"]) { place in
            let exporter = "exporter: {otlp_grpc: {endpoint: 'http://\(place)', compression: gzip, timeout: 30000}}"
            let yaml = """
                file_format: "1.0"
                tracer_provider: {processors: [{batch: {\(exporter)}}]}
                logger_provider: {processors: [{batch: {\(exporter)}}]}
                meter_provider: {readers: [{periodic: {\(exporter)}}]}
                """
            let providers = try OTelProviders(OTelConfiguration(try ConfigurationParser.parse(yaml)))
            providers.tracerProvider.tracer("t").startSpan(named: "a").end()
            providers.loggerProvider.logger("l").emit(.info, "hello")
            providers.meterProvider.meter("m").counter("c").add(1)
            #expect(await providers.shutdown(timeout: .seconds(30)) == .success)
        }
        #expect(Set(calls.map(\.method)).count == 3)
    }
}

@Suite("gRPC")
struct GRPCTests {
    @Test("requests say what the protocol wants to know")
    func request() throws {
        var settings = OTLPSettings(url: "http://localhost:4317/", transport: .grpc)
        settings.compression = .gzip
        let transport = OTLPGRPCTransport(settings: settings, signal: .logs)
        var request = transport.request([1, 2, 3])
        #expect(request.url == "http://localhost:4317/opentelemetry.proto.collector.logs.v1.LogsService/Export")
        #expect(request.version == .http2 && request.method == "POST")
        transport.announce(.seconds(3), in: &request)
        transport.announce(.milliseconds(1_500), in: &request)
        let headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0)|\($1)" }
        #expect(headers["content-type"] == "application/grpc" && headers["te"] == "trailers")
        #expect(headers["grpc-encoding"] == "gzip" && headers["grpc-timeout"] == "1500m")
        var decoder = GRPCFrameDecoder(maximumBytes: 1_000)
        try decoder.append(request.body)
        let frame = try decoder.finish()
        #expect(frame.isCompressed && request.body.count == frame.message.count + 5)
    }

    @Test("endpoints have no path, another port, and TLS where nothing else is said")
    func endpoints() throws {
        func url(_ endpoint: String?, _ more: [String: String] = [:]) throws -> String {
            var environment = ["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"].merging(more) { $1 }
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
            let configuration = try OTelConfiguration.fromEnvironment(environment)
            #expect(configuration.problems.isEmpty)
            return configuration.traces.otlp.url
        }
        #expect(try url(nil) == "http://localhost:4317")
        #expect(try url("http://collector:4317/v1/traces?x=y") == "http://collector:4317")
        #expect(try url("https://u:p@collector") == "https://u:p@collector")
        #expect(try url("collector:4317") == "https://collector:4317")
        #expect(try url("collector:4317", ["OTEL_EXPORTER_OTLP_INSECURE": "true"]) == "http://collector:4317")
        #expect(try url("http://c", ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/json"]) == "http://c/v1/traces")
        #expect(throws: OTelConfigurationError.self) { try url("http://a b") }
    }
}
