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
        let short = b3.context(from: ["b3": "\(id)-\(id)"]).spanContext
        #expect(short?.traceID == TraceID(high: 0, low: 0xB7AD_6B71_6920_3331))
        #expect(b3.context(from: ["b3": "\(trace)-\(id)"]).spanContext?.isSampled == false)
        #expect(b3.context(from: ["b3": "\(trace)-\(id)-d"]).spanContext?.isSampled == true)
        let debug = ["x-b3-traceid": trace, "x-b3-spanid": id, "x-b3-flags": "1"]
        #expect(b3.context(from: debug).spanContext?.isSampled == true)
        for malformed in ["0", "1", "\(trace)", "\(trace)-x-1", "\(trace)-\(id)-7", "a-b-c-d-e"] {
            #expect(b3.context(from: ["b3": malformed]).spanContext == nil)
        }
    }
}

@Suite("Other carriers")
struct CarrierTests {
    private var span: SpanContext {
        SpanContext(traceID: TraceID(high: 0x0102_0304_0506_0708, low: 9), spanID: SpanID(value: 10), isRemote: true)
    }

    @Test("the environment of a process takes and gives context")
    func environment() {
        var context = InstrumentationContext.topLevel
        context.spanContext = span
        context.baggage.set("k", to: "v")
        let composite = CompositePropagator([TraceContextPropagator(), BaggagePropagator(), B3Propagator(.multiple)])
        var environment: [String: String] = [:]
        composite.inject(context, into: &environment, using: EnvironmentInjector())
        #expect(environment["TRACEPARENT"] == "00-01020304050607080000000000000009-000000000000000a-01")
        #expect(environment["BAGGAGE"] == "k=v" && environment["X_B3_SAMPLED"] == "1")
        var received = InstrumentationContext.topLevel
        composite.extract(environment, into: &received, using: EnvironmentExtractor())
        #expect(received.spanContext == span && received.baggage["k"] == "v")
    }

    @Test("OpenCensus' bytes do, too")
    func binary() {
        let bytes = BinaryTraceContext.encode(span)
        #expect(bytes.count == 29 && Array(bytes[0..<4]) == [0, 0, 1, 2] && Array(bytes[26...]) == [10, 2, 1])
        #expect(BinaryTraceContext.decode(bytes) == span)
        #expect(BinaryTraceContext.encode(SpanContext(traceID: .none, spanID: .none)).isEmpty)
        for count in 0..<29 { #expect(BinaryTraceContext.decode(Array(bytes.prefix(count))) == nil) }
        #expect(BinaryTraceContext.decode([UInt8](repeating: 0, count: 29)) == nil)
    }

    @Test("so does Jaeger's field, with short ids")
    func jaeger() {
        let jaeger = JaegerPropagator()
        var context = InstrumentationContext.topLevel
        context.spanContext = span
        let headers = jaeger.headers(of: context)
        #expect(headers == ["uber-trace-id": "01020304050607080000000000000009:000000000000000a:0:1"])
        #expect(jaeger.context(from: headers).spanContext == span)
        let short = jaeger.context(from: ["uber-trace-id": "9%3Aa%3A0%3A3"]).spanContext
        #expect(short?.traceID == TraceID(high: 0, low: 9))
        for malformed in ["", ":::", "1:2:3", "1:2:3:x", "g:2:3:1", "0:0:0:1"] {
            #expect(jaeger.context(from: ["uber-trace-id": malformed]).spanContext == nil)
        }
    }

    @Test("whatever is set in a context can be found there, by its key only")
    func contextKeys() {
        enum First: InstrumentationContextKey { typealias Value = Int }
        enum Second: InstrumentationContextKey { typealias Value = Int }
        var context = InstrumentationContext.topLevel
        context[First.self] = 1
        let copy = context
        context[First.self] = 2
        #expect(copy[First.self] == 1 && context[First.self] == 2 && context[Second.self] == nil)
        InstrumentationContext.withValue(context) {
            #expect(InstrumentationContext.current?[First.self] == 2)
            InstrumentationContext.withValue(copy) { #expect(InstrumentationContext.current?[First.self] == 1) }
            #expect(InstrumentationContext.current?[First.self] == 2)
        }
        #expect(InstrumentationContext.current?[First.self] == nil)
    }
}
