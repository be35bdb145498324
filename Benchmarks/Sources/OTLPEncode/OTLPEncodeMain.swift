import OTLP

/// Prints how many five-attribute spans a second one core encodes to OTLP protobuf.
@main
enum OTLPEncodeMain {
    static func main() {
        let spansPerRequest = 512
        let request = SpanBatch.fiveAttributes(count: spansPerRequest)
        let encoded = request.encodeProtobuf()

        let encodeRate = Rate.best { request.encodeProtobuf().count } * Double(spansPerRequest)
        Rate.report(
            "otel.encode.spans_per_s",
            encodeRate,
            detail:
                "five attributes, \(spansPerRequest) spans a request, \(encoded.count / spansPerRequest) bytes a span"
        )
        let decodeRate =
            Rate.best { (try? ExportTraceServiceRequest(protobuf: encoded))?.resourceSpans.count ?? 0 }
            * Double(spansPerRequest)
        Rate.report("otel.decode.spans_per_s", decodeRate, detail: "the same request")
    }
}
