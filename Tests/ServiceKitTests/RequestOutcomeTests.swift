import HTTPCore
import HTTPTypes
import OTLP
import ServiceKit
import Synchronization
import Testing
import Tracing

/// What span and metrics say of how a request ended.
@Suite("How a request ended", .timeLimit(.minutes(1)))
struct RequestOutcomeTests {
    private func duration(_ span: OTLP.Span) -> Double { Double(span.endTime - span.startTime) / 1e9 }

    private func errorType(_ span: OTLP.Span) -> OTLP.AnyValue? {
        span.attributes.first { $0.key == "error.type" }?.value
    }

    @Test("is in span and metric the same duration, and the exemplar names the span, on both sides")
    func sameDuration() async throws {
        // Routes of this test's own, so that each series has one value.
        try await TwoServices.run { router, service in
            router.get("/same-duration/front") { _, _ in
                .json(try await service.get("/same-duration/back", as: TwoServices.Answer.self))
            }
        } back: { router in
            router.get("/same-duration/back") { _, _ in .json(TwoServices.Answer(value: "x")) }
        } _: { services in
            let answer = try await services.ask("/same-duration/front")
            let spans = try await TelemetrySink.shared.spans(of: answer.traceID, count: 3)
            for route in ["/same-duration/front", "/same-duration/back"] {
                let span = try #require(spans.first { $0.name == "GET \(route)" })
                let point = try await TelemetrySink.shared.series(
                    "http.server.request.duration",
                    with: ["http.route": route]
                )
                #expect(point.count == 1)
                #expect(abs((point.sum ?? 0) - duration(span)) < 1e-7)
                try await TelemetrySink.shared.exemplar(of: "http.server.request.duration", naming: span.spanID)
            }
            let call = try #require(spans.first { $0.kind == .client })
            let port = String(services.back.localAddress.port)
            let called = try await TelemetrySink.shared.clientSeries(port: port)
            #expect(abs((called.sum ?? 0) - duration(call)) < 1e-7)
            try await TelemetrySink.shared.exemplar(of: "http.client.request.duration", naming: call.spanID)
        }
    }

    @Test("is an error when the request was cancelled, on both sides")
    func cancelled() async throws {
        let traces = Mutex<[String]>([])
        let arrived = AsyncStream.makeStream(of: Void.self)
        try await TwoServices.run { router, service in
            router.get("/cancelled/front") { _, _ in
                let call = Task { try await service.get("/cancelled/back", as: TwoServices.Answer.self) }
                for await _ in arrived.stream { break }
                call.cancel()
                return .json(try await call.value)
            }
        } back: { router in
            router.get("/cancelled/back") { _, _ in
                traces.withLock { $0.append(TraceParent.current?.traceID ?? "") }
                arrived.continuation.yield()
                try await Task.sleep(for: .seconds(600))
                return Response(status: .ok)
            }
        } _: { services in
            _ = try? await services.ask("/cancelled/front")
            let trace = try #require(traces.withLock { $0.first })
            let spans = try await TelemetrySink.shared.spans(of: trace, count: 2)
            let call = try #require(spans.first { $0.kind == .client })
            #expect(call.status.code == .error)
            #expect(errorType(call) == .string("CancellationError"))
            let front = try #require(spans.first { $0.name == "GET /cancelled/front" })
            #expect(front.status.code == .error)
            let point = try await TelemetrySink.shared.series(
                "http.server.request.duration",
                with: ["http.route": "/cancelled/front"]
            )
            #expect(point.attributes.contains { $0.key == "error.type" })
            #expect(abs((point.sum ?? 0) - duration(front)) < 1e-7)
        }
    }

    @Test("is an error when the client left before the response was complete")
    func clientLeft() async throws {
        try await TwoServices.run { router, _ in
            router.get("/left") { _, _ in
                Response(
                    status: .ok,
                    body: .stream { writer in
                        while true { try await writer.write([UInt8](repeating: 0x20, count: 65_536)) }
                    }
                )
            }
        } back: { _ in
        } _: { services in
            let request = HTTPRequest(method: .get, scheme: "http", authority: services.authority, path: "/left")
            var trace = ""
            do {
                let answer = try await services.client.execute(request)
                let header = answer.head.headerFields[HTTPField.Name("traceresponse")!] ?? ""
                trace = String(header.dropFirst(3).prefix(32))
                // Read a little and dropped: the connection is closed.
                for try await _ in answer.body { break }
            }
            await services.client.shutdown()
            let span = try #require(await TelemetrySink.shared.spans(of: trace, count: 1).first)
            #expect(span.status.code == .error)
            let type = try #require(errorType(span))
            let point = try await TelemetrySink.shared.series(
                "http.server.request.duration",
                with: ["http.route": "/left", "http.response.status_code": "200"]
            )
            #expect(point.attributes.contains(KeyValue(key: "error.type", value: type)))
            #expect(abs((point.sum ?? 0) - duration(span)) < 1e-7)
        }
    }

    @Test("is counted by method while it is under way")
    func active() async throws {
        try await TwoServices.run { router, _ in
            router.get("/active") { _, _ in Response(status: .ok) }
        } back: { _ in
        } _: { services in
            _ = try await services.ask("/active")
            // A gauge here, since nobody described it to this process's SDK.
            guard case .gauge(let gauge) = try await TelemetrySink.shared.metric("http.server.active_requests").data
            else {
                Issue.record("Not a gauge.")
                return
            }
            let methods = gauge.dataPoints.map { point in point.attributes.first { $0.key == "http.request.method" } }
            #expect(methods.contains(KeyValue(key: "http.request.method", value: .string("GET"))))
            #expect(!methods.contains(nil))
        }
    }
}

extension TelemetrySink {
    /// Waits for the client's durations of calls to a port.
    fileprivate func clientSeries(port: String) async throws -> HistogramDataPoint {
        try await series("http.client.request.duration", with: ["server.port": port])
    }
}
