import ChildProcess
import Foundation
import HTTPCore
import OTLP
import Testing

@testable import Collector
@testable import OTelSDK

@Suite("This project's own senders", .timeLimit(.minutes(3)))
struct OwnSendersTests {
    @Test("the SDK exports all signals over gRPC", arguments: ["none", "gzip"])
    func sdk(compression: String) async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            let configuration = try OTelConfiguration.fromEnvironment([
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_COMPRESSION": compression,
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://\(running.collector.grpcReceiver.localAddress)",
                "OTEL_METRIC_EXPORT_INTERVAL": "3600000",
            ])
            #expect(configuration.problems.isEmpty)
            let providers = try OTelProviders(configuration)
            providers.tracerProvider.tracer("t").startSpan(named: "a span").end()
            providers.loggerProvider.logger("l").emit(.info, .string(String(repeating: "hello ", count: 10_000)))
            providers.meterProvider.meter("m").counter("a.counter").add(1)
            #expect(await providers.forceFlush() == .success)
            #expect(await providers.shutdown() == .success)
            let received = running.statistics.received
            #expect(received[.init(signal: .spans, transport: .grpc)]?.accepted == 1)
            #expect(received[.init(signal: .logRecords, transport: .grpc)]?.accepted == 1)
            #expect(received[.init(signal: .metricPoints, transport: .grpc)]?.accepted ?? 0 >= 1)
        }
    }

    @Test("otlp-load is acknowledged all that it sends", arguments: ["grpc", "http"], ["traces", "logs", "metrics"])
    func load(transport: String, signal: String) async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            let server = transport == "grpc" ? running.collector.grpcReceiver : running.collector.receiver
            let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
                .appending(path: "otlp-load").path
            let outcome = try await ChildProcess([
                program, "--protocol", transport, "--signal", signal, "--endpoint", "http://\(server.localAddress)",
                "--rate", "1000", "--duration", "1s", "--workers", "2", "--batch", "100", "--timeout", "60", "--json",
            ]).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            let counts = running.statistics.received.filter { $0.value.accepted > 0 }
            #expect(counts.count == 1)
            #expect(counts.first?.key.transport.rawValue == transport)
            #expect(
                outcome.output.contains(#""acknowledged":\#(counts.first?.value.accepted ?? -1)"#),
                "\(outcome.output)"
            )
        }
    }
}
