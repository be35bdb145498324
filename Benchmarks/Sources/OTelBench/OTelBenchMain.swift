import Glibc
import Logging
import OTLP
import OTelSDK
import Synchronization
import Tracing

/// What the SDK costs the program that uses it.
@main
enum OTelBenchMain {
    static func main() async {
        await spans()
        await threads()
        await overload()
        metrics()
        await logs()
    }

    @inline(never)
    static func makeSpan5(_ tracer: OTelTracer) {
        let span = tracer.startSpan(named: "GET /products", kind: .server, parent: .none)
        span.setAttribute("http.request.method", "GET")
        span.setAttribute("http.route", "/products")
        span.setAttribute("http.response.status_code", 200)
        span.setAttribute("url.scheme", "http")
        span.setAttribute("server.port", 8080)
        span.end()
    }

    @inline(never)
    static func withSpan5(_ tracer: OTelTracer) {
        tracer.withSpan("GET /products", context: .topLevel, ofKind: .server) { span in
            span.setAttribute("http.request.method", "GET")
            span.setAttribute("http.route", "/products")
            span.setAttribute("http.response.status_code", 200)
            span.setAttribute("url.scheme", "http")
            span.setAttribute("server.port", 8080)
        }
    }

    private static func spans() async {
        let provider = TracerProvider(processors: [BatchSpanProcessor(DiscardingSpanExporter())])
        let tracer = provider.tracer("bench")
        report("otel.span5.ns", timePerCall { makeSpan5(tracer) }, "ns")
        report("otel.span5.allocations", allocationsPerCall { makeSpan5(tracer) }, "allocations")
        report("otel.with_span5.ns", timePerCall { withSpan5(tracer) }, "ns")
        report("otel.with_span5.allocations", allocationsPerCall { withSpan5(tracer) }, "allocations")
        _ = await provider.shutdown()

        let unsampled = TracerProvider(
            sampler: AlwaysOffSampler(),
            processors: [BatchSpanProcessor(DiscardingSpanExporter())]
        )
        let quiet = unsampled.tracer("bench")
        report(
            "otel.span_unsampled.ns",
            timePerCall(1_000_000) { quiet.startSpan(named: "GET /products", parent: .none).end() },
            "ns"
        )
        report(
            "otel.span_unsampled_child.ns",
            timePerCall(1_000_000) { quiet.startSpan(named: "GET /products").end() },
            "ns",
            "the parent is looked up"
        )
        _ = await unsampled.shutdown()
    }

    /// How much more two threads do than one.
    private static func threads() async {
        let provider = TracerProvider(processors: [BatchSpanProcessor(DiscardingSpanExporter())])
        let tracer = provider.tracer("bench")
        var ratios: [Double] = []
        for _ in 0..<5 {
            let one = throughput(threads: 1, tracer)
            let two = throughput(threads: 2, tracer)
            ratios.append(two / one)
        }
        report(
            "otel.span5.scaling_2_threads",
            ratios.max() ?? 0,
            "ratio",
            "on \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors"
        )
        _ = await provider.shutdown()
    }

    private static func throughput(threads: Int, _ tracer: OTelTracer) -> Double {
        let count = 400_000
        let start = nanoseconds()
        var handles: [pthread_t] = []
        for _ in 0..<threads {
            let work = Unmanaged.passRetained(ThreadWork { for _ in 0..<count { makeSpan5(tracer) } })
            var thread = pthread_t()
            pthread_create(
                &thread,
                nil,
                { pointer in
                    Unmanaged<ThreadWork>.fromOpaque(pointer!).takeRetainedValue().body()
                    return nil
                },
                work.toOpaque()
            )
            handles.append(thread)
        }
        for handle in handles { pthread_join(handle, nil) }
        return Double(count * threads) / Double(nanoseconds() - start)
    }

    /// Spans are made as fast as possible for a while: none may go missing uncounted.
    private static func overload() async {
        let exporter = DiscardingSpanExporter()
        let processor = BatchSpanProcessor(exporter)
        let provider = TracerProvider(processors: [processor])
        let tracer = provider.tracer("bench")
        let made = 3_000_000
        for _ in 0..<made { makeSpan5(tracer) }
        _ = await provider.shutdown()
        let unaccounted = made - exporter.exported - processor.droppedSpans
        report(
            "otel.overload.unaccounted",
            Double(unaccounted),
            "spans",
            "made \(made), exported \(exporter.exported), dropped \(processor.droppedSpans)"
        )
    }

    private static func metrics() {
        let provider = MeterProvider(readers: [ManualMetricReader()])
        let meter = provider.meter("bench")
        let counter = meter.counter("requests")
        let histogram = meter.histogram("duration", unit: "s")
        let attributes: AttributeSet = [
            "http.request.method": "GET", "http.route": "/products", "http.response.status_code": 200,
        ]
        report("otel.counter3.ns", timePerCall(1_000_000) { counter.add(1, attributes) }, "ns", "attribute set reused")
        report(
            "otel.counter3_fresh.ns",
            timePerCall {
                counter.add(
                    1,
                    ["http.request.method": "GET", "http.route": "/products", "http.response.status_code": 200]
                )
            },
            "ns",
            "attribute set made for each call"
        )
        report("otel.histogram3.ns", timePerCall(1_000_000) { histogram.record(17.5, attributes) }, "ns")
    }

    private static func logs() async {
        let provider = LoggerProvider(processors: [BatchLogRecordProcessor(DiscardingLogRecordExporter())])
        let logger = provider.logger("bench")
        report(
            "otel.log5.ns",
            timePerCall {
                logger.emit(
                    .info,
                    "Order placed",
                    attributes: [
                        Attribute("order.id", "4711"), Attribute("order.total", 12_999),
                        Attribute("order.items", 3), Attribute("user.id", "anna"), Attribute("currency", "EUR"),
                    ]
                )
            },
            "ns"
        )
        var swiftLogger = Logger(label: "bench") { OTelLogHandler(label: $0, provider: provider) }
        swiftLogger.logLevel = .info
        report(
            "otel.swift_log5.ns",
            timePerCall(50_000) {
                swiftLogger.info(
                    "Order placed",
                    metadata: [
                        "order.id": "4711", "order.total": "\(12_999)", "order.items": "3", "user.id": "anna",
                        "currency": "EUR",
                    ]
                )
            },
            "ns",
            "through swift-log"
        )
        _ = await provider.shutdown()
    }
}

private final class ThreadWork: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}
