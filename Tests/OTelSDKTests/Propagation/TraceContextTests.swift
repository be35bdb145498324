import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("W3C trace context")
struct TraceContextTests {
    private let propagator = TraceContextPropagator()
    private let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func span(_ parent: String, state: String? = nil) -> SpanContext? {
        var headers = ["traceparent": parent]
        headers["tracestate"] = state
        return propagator.context(from: headers).spanContext
    }

    @Test("is read as a remote parent and written as it came")
    func roundTrip() throws {
        let span = try #require(self.span(valid, state: "a=1,b@v=2"))
        #expect(span.traceID.description == "0af7651916cd43dd8448eb211c80319c")
        #expect(span.spanID.description == "b7ad6b7169203331")
        #expect(span.isSampled && span.isRemote && span.isValid && !span.isRandom)
        var context = InstrumentationContext.topLevel
        context.spanContext = span
        #expect(propagator.headers(of: context) == ["traceparent": valid, "tracestate": "a=1,b@v=2"])
        #expect(propagator.headers(of: .topLevel).isEmpty)
        #expect(Set(propagator.fields) == ["traceparent", "tracestate"])
    }

    @Test(
        "that is malformed begins a new trace",
        arguments: [
            "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.",
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what",
            "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1x",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ".0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ]
    )
    func malformed(header: String) {
        #expect(span(header, state: "a=1") == nil)
    }

    @Test("of a later version is read as far as it is known")
    func laterVersion() {
        #expect(span("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")?.isSampled == true)
        #expect(span("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what")?.isSampled == true)
        #expect(span("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff")?.flags == 3, "only known flags")
        #expect(span("  \(valid)\t")?.isValid == true)
    }

    @Test(
        "keeps a state that is well formed",
        arguments: [
            ("a=1", "a=1"), (" a=1 ,\tb=2 ", "a=1,b=2"), ("a=1,,b=2,", "a=1,b=2"), ("a=1,a=2", "a=1"),
            ("foo@=1,foo@@bar=2,0a=3,a*/-_=4", "foo@=1,foo@@bar=2,0a=3,a*/-_=4"), ("a= b", "a= b"),
        ]
    )
    func state(header: String, kept: String) {
        #expect(span(valid, state: header)?.traceState.header == kept)
    }

    @Test(
        "drops a state that is malformed, whole, and keeps the parent",
        arguments: [
            "a", "=1", "A=1", "@a=1", "a =1", "a=1=2", "a=\u{1}", "a=ü", "a=1;b=2,c", "a=1,b",
            String(repeating: "k", count: 257) + "=1", "k=" + String(repeating: "v", count: 257),
            (0..<33).map { "k\($0)=1" }.joined(separator: ","),
        ]
    )
    func malformedState(header: String) {
        #expect(span(valid, state: header)?.isValid == true)
        #expect(span(valid, state: header)?.traceState.isEmpty == true)
    }

    @Test("lets a vendor put its entry first, within the limits")
    func update() throws {
        var state = try #require(TraceState(header: (0..<32).map { "k\($0)=1" }.joined(separator: ",")))
        state.set("k5", to: "2")
        #expect(state.entries.count == 32 && state.entries[0].key == "k5")
        state.set("new", to: "x")
        #expect(state.entries.count == 32 && state["k31"] == nil && state["new"] == "x")
        state.set("Bad", to: "x")
        state.set("new", to: "a,b")
        #expect(state["Bad"] == nil && state["new"] == "x")
        state.remove("new")
        #expect(state["new"] == nil)
    }

    @Test("survives whatever comes in")
    func hostile() {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("00-af,=;%@ \t\u{0}ü-01ff")
        let propagators: [any TextMapPropagator] = [
            TraceContextPropagator(), BaggagePropagator(), B3Propagator(.single), B3Propagator(.multiple),
        ]
        let names = propagators.flatMap(\.fields)
        for _ in 0..<3_000 {
            var headers: [String: String] = [:]
            for name in names {
                var text = Bool.random(using: &generator) ? valid : ""
                for _ in 0..<Int.random(in: 0...6, using: &generator) {
                    let place = text.indices.randomElement(using: &generator) ?? text.startIndex
                    text.insert(letters.randomElement(using: &generator) ?? "-", at: place)
                }
                headers[name] = text
            }
            let composite = CompositePropagator(propagators)
            let context = composite.context(from: headers)
            if let span = context.spanContext { #expect(span.isValid) }
            let again = composite.context(from: composite.headers(of: context))
            #expect(again.spanContext?.traceID == context.spanContext?.traceID)
            #expect(again.baggage == context.baggage)
        }
    }
}
