import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("W3C baggage")
struct BaggageTests {
    private let propagator = BaggagePropagator()

    @Test("is read, changed and written, with its properties")
    func roundTrip() {
        var context = propagator.context(from: ["baggage": "a=1;p=q;r, b = two%20words%2C ,bad,=x,c=ü%"])
        #expect(context.baggage["a"] == "1" && context.baggage["b"] == "two words,")
        #expect(context.baggage.entries.count == 2)
        #expect(context.baggage.entries[0].metadata == "p=q;r")
        context.baggage.set("c", to: "é;%")
        context.baggage.remove("b")
        #expect(propagator.headers(of: context) == ["baggage": "a=1;p=q;r,c=%C3%A9%3B%25"])
        #expect(propagator.headers(of: .topLevel).isEmpty)
        #expect(propagator.fields == ["baggage"])
    }

    @Test("is bounded in number and size")
    func limits() {
        let many = (0..<200).map { "k\($0)=v" }.joined(separator: ",")
        #expect(propagator.context(from: ["baggage": many]).baggage.entries.count == 64)
        var context = InstrumentationContext.topLevel
        for index in 0..<64 { context.baggage.set("k\(index)", to: String(repeating: "v", count: 500)) }
        #expect((propagator.headers(of: context)["baggage"] ?? "").utf8.count <= 8_192)
    }

    @Test("keeps its context apart from the span's")
    func context() {
        var context = TraceContextPropagator().context(
            from: ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]
        )
        context.baggage.set("k", to: "v")
        #expect(context.spanContext?.isSampled == true)
        let copy = context
        context.baggage = Baggage()
        #expect(copy.baggage["k"] == "v" && context.baggage.isEmpty && context.spanContext != nil)
    }
}

@Suite("B3")
struct B3Tests {
    private let trace = "0af7651916cd43dd8448eb211c80319c"
    private let id = "b7ad6b7169203331"

    @Test("is read in both forms and written in the chosen one")
    func forms() {
        let single = B3Propagator(.single)
        let context = single.context(from: ["b3": "\(trace)-\(id)-1-0000000000000001"])
        #expect(context.spanContext?.isSampled == true && context.spanContext?.isRemote == true)
        #expect(single.headers(of: context) == ["b3": "\(trace)-\(id)-1"])
        let multiple = B3Propagator(.multiple)
        #expect(
            multiple.headers(of: context)
                == ["x-b3-traceid": trace, "x-b3-spanid": id, "x-b3-sampled": "1"]
        )
        #expect(single.context(from: multiple.headers(of: context)).spanContext == context.spanContext)
        #expect(!multiple.fields.isEmpty && single.fields == ["b3"])
    }

    @Test("knows short trace ids, debug, what is not said, and what is malformed")
    func variants() {
        let b3 = B3Propagator()
        #expect(b3.context(from: ["b3": "\(id)-\(id)"]).spanContext?.traceID == TraceID(high: 0, low: 0xb7ad_6b71_6920_3331))
        #expect(b3.context(from: ["b3": "\(trace)-\(id)"]).spanContext?.isSampled == false)
        #expect(b3.context(from: ["b3": "\(trace)-\(id)-d"]).spanContext?.isSampled == true)
        let debug = ["x-b3-traceid": trace, "x-b3-spanid": id, "x-b3-flags": "1"]
        #expect(b3.context(from: debug).spanContext?.isSampled == true)
        for malformed in ["0", "1", "\(trace)", "\(trace)-x-1", "\(trace)-\(id)-7", "a-b-c-d-e"] {
            #expect(b3.context(from: ["b3": malformed]).spanContext == nil)
        }
    }
}
