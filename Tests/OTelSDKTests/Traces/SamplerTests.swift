import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("Samplers")
struct SamplerTests {
    private func parent(sampled: Bool, remote: Bool) -> SpanContext {
        SpanContext(
            traceID: TraceID(high: 1, low: 2),
            spanID: SpanID(value: 3),
            flags: sampled ? 1 : 0,
            isRemote: remote
        )
    }

    private func decision(_ sampler: any Sampler, _ parent: SpanContext? = nil) -> SamplingDecision {
        sampler.shouldSample(SamplingRequest(parent: parent, traceID: TraceID(high: 9, low: 9))).decision
    }

    @Test("that depend on the parent ask the delegate that fits it")
    func parentBased() {
        let sampler = ParentBasedSampler(
            root: AlwaysOffSampler(),
            remoteParentSampled: AlwaysOffSampler(),
            remoteParentNotSampled: AlwaysOnSampler(),
            localParentSampled: AlwaysOffSampler(),
            localParentNotSampled: AlwaysOnSampler()
        )
        #expect(decision(sampler) == .drop)
        #expect(decision(sampler, parent(sampled: true, remote: true)) == .drop)
        #expect(decision(sampler, parent(sampled: false, remote: true)) == .recordAndSample)
        #expect(decision(sampler, parent(sampled: true, remote: false)) == .drop)
        #expect(decision(sampler, parent(sampled: false, remote: false)) == .recordAndSample)
        let usual = ParentBasedSampler()
        #expect(decision(usual) == .recordAndSample)
        #expect(decision(usual, parent(sampled: false, remote: true)) == .drop)
        #expect(decision(usual, parent(sampled: true, remote: false)) == .recordAndSample)
    }

    @Test("that take a share take about that share, and the larger share contains the smaller")
    func ratio() {
        let ids = (0..<20_000).map { _ in RandomIDGenerator().makeTraceID() }
        func chosen(_ sampler: any Sampler) -> Set<TraceID> {
            Set(ids.filter { sampler.shouldSample(SamplingRequest(traceID: $0)).decision == .recordAndSample })
        }
        let tenth = chosen(TraceIDRatioBasedSampler(ratio: 0.1))
        let half = chosen(TraceIDRatioBasedSampler(ratio: 0.5))
        #expect((1_600...2_400).contains(tenth.count))
        #expect(tenth.isSubset(of: half))
        #expect(chosen(TraceIDRatioBasedSampler(ratio: 0)).isEmpty)
        #expect(chosen(TraceIDRatioBasedSampler(ratio: 1)).count == 20_000)
        #expect(TraceIDRatioBasedSampler(ratio: .nan).ratio == 0 && TraceIDRatioBasedSampler(ratio: 7).ratio == 1)
    }

    @Test("by probability write their threshold and honour the caller's randomness")
    func probability() throws {
        let half = ProbabilitySampler(ratio: 0.5)
        let high = TraceID(high: 1, low: 0x00FF_FFFF_FFFF_FFFF)
        let sampled = half.shouldSample(SamplingRequest(traceID: high))
        #expect(sampled.decision == .recordAndSample)
        #expect(sampled.traceState["ot"] == "th:8")
        var parent = self.parent(sampled: true, remote: true)
        parent.traceState = try #require(TraceState(header: "ot=th:4;rv:00000000000001;xy:1,v=2"))
        let dropped = half.shouldSample(SamplingRequest(parent: parent, traceID: high))
        #expect(dropped.decision == .drop)
        #expect(dropped.traceState.header == "ot=rv:00000000000001;xy:1,v=2")
        #expect(ProbabilitySampler(ratio: 1).shouldSample(SamplingRequest(traceID: high)).traceState["ot"] == "th:0")
        #expect(ProbabilitySampler(ratio: 0).shouldSample(SamplingRequest(traceID: high)).decision == .drop)
    }

    @Test("may add attributes, change the tracestate and see the whole parent context")
    func custom() async throws {
        struct Custom: Sampler {
            let description = "custom"
            func shouldSample(_ request: SamplingRequest) -> SamplingResult {
                var state = TraceState()
                state.set("seen", to: request.parentContext?.baggage["k"] ?? "nothing")
                return SamplingResult(
                    .recordAndSample,
                    attributes: [Attribute("sampler", .string(request.name))],
                    traceState: state
                )
            }
        }
        let fixture = TraceFixture(sampler: Custom())
        var context = InstrumentationContext.topLevel
        context.baggage.set("k", to: "v")
        let span = fixture.provider.tracer("t").startSpan(named: "a", parent: .context(context))
        #expect(span.spanContext.traceState["seen"] == "v")
        span.end()
        let otlp = await fixture.finished()[0]
        #expect(otlp.attributes == [KeyValue("sampler", "a")])
        #expect(otlp.traceState == "seen=v")
    }

    @Test("that always record show processors what exporters do not get")
    func alwaysRecord() async {
        struct Counter: SpanProcessor {
            let journal = Journal<Bool>()
            func onEnd(_ span: ReadableSpan) { journal.note(span.spanContext.isSampled) }
        }
        let counter = Counter()
        let fixture = TraceFixture(sampler: AlwaysRecordSampler(root: AlwaysOffSampler()), processors: [counter])
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        #expect(span.isRecording && !span.spanContext.isSampled)
        span.end()
        #expect(await fixture.finished().isEmpty)
        #expect(counter.journal.entries == [false])
    }
}
