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
                "five attributes, \(spansPerRequest) spans a request, a core's time, \(encoded.count / spansPerRequest) bytes a span"
        )
        let decodeRate =
            Rate.best { (try? ExportTraceServiceRequest(protobuf: encoded))?.resourceSpans.count ?? 0 }
            * Double(spansPerRequest)
        Rate.report("otel.decode.spans_per_s", decodeRate, detail: "the same request")

        let json = request.encodeJSON()
        let jsonDetail = "OTLP/JSON of the same request, \(json.count / spansPerRequest) bytes a span"
        let jsonEncodeRate = Rate.best(rounds: 3) { request.encodeJSON().count } * Double(spansPerRequest)
        Rate.report("otel.encode_json.spans_per_s", jsonEncodeRate, detail: jsonDetail)
        let jsonDecodeRate =
            Rate.best(rounds: 3) { (try? ExportTraceServiceRequest(json: json))?.resourceSpans.count ?? 0 }
            * Double(spansPerRequest)
        Rate.report("otel.decode_json.spans_per_s", jsonDecodeRate, detail: jsonDetail)
    }
}
