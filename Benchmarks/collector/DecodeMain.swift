import Glibc
import OTLP

/// Prints how many spans a second one core takes from the bytes of requests to columns: looked at for the
/// acknowledgement, read again, and written in ClickHouse's Native format.
@main
enum DecodeMain {
    private static let spansPerRequest = 512
    private static let requestsPerBatch = 20
    private static let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 15

    static func main() {
        let body = request().encodeProtobuf()
        let times = StorableTimes(arrival: start, retention: 30 * 86_400)
        let requests = [StoredRequest](
            repeating: StoredRequest(arrival: start, body: body),
            count: requestsPerBatch
        )
        let admitted = cost {
            for request in requests {
                precondition((try? Spans.admit(request.body, times, rowLimit: .max))?.count == spansPerRequest)
            }
        }
        let columns = cost {
            let blocks = Spans.blocks(of: requests, retention: 30 * 86_400)
            precondition(blocks.first?.rowCount == spansPerRequest * requestsPerBatch)
        }
        let detail = """
            {"admit_ns":\(Int(admitted * 1e9)),"columns_ns":\(Int(columns * 1e9)),\
            "bytes_per_span":\(body.count / spansPerRequest),"attributes":12,"batch":\(spansPerRequest),\
            "wanted_at_least":600000}
            """
        let rate = Int(1 / (admitted + columns))
        print(#"{"name":"collector.decode.spans_per_s","value":\#(rate),"unit":"1/s","detail":\#(detail)}"#)
    }

    /// Processor time a span, in seconds: the least of several rounds, since the others were disturbed.
    private static func cost(_ body: () -> Void) -> Double {
        (0..<rounds).map { _ in
            let start = processorSeconds()
            for _ in 0..<5 { body() }
            return (processorSeconds() - start) / Double(5 * spansPerRequest * requestsPerBatch)
        }.min()!
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static let start: UInt64 = 1_790_000_000_000_000_000

    private static func request() -> ExportTraceServiceRequest {
        let resource = [
            ("service.name", "shop"), ("service.version", "1.2.0"), ("service.instance.id", "0f9a6d3c"),
            ("host.name", "node-3"), ("telemetry.sdk.language", "swift"), ("deployment.environment.name", "production"),
        ]
        let scope = InstrumentationScope(name: "ServiceKit", version: "1.0.0")
        return ExportTraceServiceRequest(resourceSpans: [
            ResourceSpans(
                resource: Resource(attributes: resource.map { KeyValue(key: $0.0, value: .string($0.1)) }),
                scopeSpans: [ScopeSpans(scope: scope, spans: (0..<UInt64(spansPerRequest)).map(span))]
            )
        ])
    }

    private static func span(_ number: UInt64) -> Span {
        Span(
            traceID: TraceID(high: 0x0123_4567_89AB_CDEF, low: number &* 0x9E37_79B9_7F4A_7C15 | 1),
            spanID: SpanID(value: number &* 0xBF58_476D_1CE4_E5B9 | 1),
            parentSpanID: SpanID(value: number | 1),
            name: ["GET /products", "GET /cart", "POST /checkout", "GET /orders/{id}"][Int(number % 4)],
            kind: .server,
            startTime: start - number * 1_000,
            endTime: start + 2_000_000,
            attributes: [
                KeyValue(key: "http.request.method", value: .string(number % 3 == 0 ? "POST" : "GET")),
                KeyValue(key: "http.route", value: .string("/products/{id}")),
                KeyValue(key: "http.response.status_code", value: .int(number % 9 == 0 ? 404 : 200)),
                KeyValue(key: "server.address", value: .string("api.shop.example")),
                KeyValue(key: "server.port", value: .int(443)),
                KeyValue(
                    key: "user_agent.original",
                    value: .string("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
                ),
                KeyValue(key: "client.address", value: .string("198.51.100.\(number % 254)")),
                KeyValue(key: "network.protocol.version", value: .string("1.1")),
                KeyValue(key: "url.scheme", value: .string("https")),
                KeyValue(key: "user.id", value: .string("user-\(number * 7 % 10_000)")),
                KeyValue(key: "session.id", value: .string(SpanID(value: number &* 0x94D0_49BB_1331_11EB).description)),
                KeyValue(key: "http.response.body.size", value: .int(Int64(number * 131 % 100_000))),
            ]
        )
    }
}
