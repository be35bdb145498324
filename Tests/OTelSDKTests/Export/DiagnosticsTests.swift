import Foundation
import HTTPCore
import HTTPTypes
import OTLP
import OTelSDK
import Testing

@Suite("What the SDK prints", .timeLimit(.minutes(3)))
struct DiagnosticsTests {
    @Test("has no password of the endpoint's URL in it, and the server gets it")
    func credentials() async throws {
        let result = await #expect(
            processExitsWith: .success,
            observing: [\.standardErrorContent, \.standardOutputContent]
        ) {
            let backend = Backend { number, _ in
                // Refused at once, after a second try, and with a warning.
                switch number {
                case 0...2: Response(status: .unauthorized)
                case 3: Response(status: .serviceUnavailable, headers: [.retryAfter: "86400"])
                default:
                    Response(
                        status: .ok,
                        body: .bytes(
                            ExportTraceServiceResponse(
                                partialSuccess: ExportTracePartialSuccess(errorMessage: "slow down")
                            ).encodeProtobuf()
                        )
                    )
                }
            }
            try await backend.serve { url in
                let secretive = url.replacing("http://", with: "http://u:secret@")
                let providers = try OTelProviders(
                    .fromEnvironment([
                        "OTEL_EXPORTER_OTLP_ENDPOINT": secretive, "OTEL_METRIC_EXPORT_INTERVAL": "3600000",
                        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1",
                    ])
                )
                providers.loggerProvider.logger("l").emit(.info, "hello")
                providers.meterProvider.meter("m").counter("c").add(1)
                for _ in 0..<3 { providers.tracerProvider.tracer("t").startSpan(named: "a").end() }
                _ = await providers.shutdown()
            }
            guard backend.received.count >= 5 else { exit(2) }
            let expected = "Basic \(Data("u:secret".utf8).base64EncodedString())"
            guard backend.received.allSatisfy({ $0.headers[.authorization] == expected }) else { exit(3) }
            // Nobody is there any more.
            var settings = OTLPSettings(url: "http://u:secret@127.0.0.1:1/v1/traces?key=secret")
            settings.retry.maximumAttempts = 1
            let provider = TracerProvider(processors: [BatchSpanProcessor(OTLPSpanExporter(settings))])
            provider.tracer("t").startSpan(named: "a").end()
            _ = await provider.shutdown()
        }
        let printed = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(printed.contains("answered 401") && printed.contains("answered 503"))
        #expect(printed.contains("warns: slow down") && printed.contains("127.0.0.1:1 cannot be reached"))
        #expect(!printed.contains("secret"))
        #expect(!String(decoding: try #require(result).standardOutputContent, as: UTF8.self).contains("secret"))
    }

    @Test("says once which measurements an instrument refuses")
    func rejections() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            let provider = MeterProvider(readers: [ManualMetricReader()])
            for _ in 0..<100 { provider.meter("m").counter("spoilt", of: Double.self).add(.nan) }
        }
        let printed = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(printed.split(separator: "\n").filter { $0.contains("spoilt") }.count == 1)
    }
}
