import OTLP

/// Requests as the SDK's batch processor makes them.
enum SpanBatch {
    static func fiveAttributes(count: Int) -> ExportTraceServiceRequest {
        let spans = (0..<count).map { index in
            let number = UInt64(index)
            return Span(
                traceID: TraceID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210 &+ number),
                spanID: SpanID(value: 0x1122_3344_5566_7788 &+ number),
                name: "GET /products/{id}",
                kind: .server,
                startTime: 1_790_000_000_000_000_000 + number * 1_000,
                endTime: 1_790_000_000_002_000_000 + number * 1_000,
                attributes: [
                    KeyValue(key: "http.request.method", value: .string("GET")),
                    KeyValue(key: "http.route", value: .string("/products/{id}")),
                    KeyValue(key: "http.response.status_code", value: .int(200)),
                    KeyValue(key: "url.path", value: .string("/products/product-\(index)")),
                    KeyValue(key: "server.address", value: .string("inventory-service.internal")),
                ],
                flags: 0x101
            )
        }
        let resource = Resource(attributes: [KeyValue(key: "service.name", value: .string("sample-ecommerce-app"))])
        let scope = InstrumentationScope(name: "ServiceKit", version: "1.0.0")
        return ExportTraceServiceRequest(
            resourceSpans: [ResourceSpans(resource: resource, scopeSpans: [ScopeSpans(scope: scope, spans: spans)])]
        )
    }
}
