import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("A tracer provider")
struct ProviderTests {
    private final class Recorder: SpanProcessor {
        let journal = Journal<String>()
        let changesAtEnd: Bool

        init(changesAtEnd: Bool = false) { self.changesAtEnd = changesAtEnd }

        func onStart(_ span: OTelSpan, parent: InstrumentationContext?) {
            journal.note("start \(parent?.baggage["k"] ?? "-")")
        }
        func onEnding(_ span: OTelSpan) {
            journal.note("ending \(span.isRecording)")
            if changesAtEnd { span.setAttribute("at.end", true) }
        }
        func onEnd(_ span: ReadableSpan) { journal.note("end \(span.hasEnded)") }
        func forceFlush(timeout: Duration) async -> Outcome {
            journal.note("flush")
            return .success
        }
        func shutdown(timeout: Duration) async -> Outcome {
            journal.note("shutdown")
            return .success
        }
    }

    @Test("shows each span to every processor, at its start with the parent's context, before and at its end")
    func processors() async {
        let (first, second) = (Recorder(changesAtEnd: true), Recorder())
        let fixture = TraceFixture(processors: [first, second])
        var context = InstrumentationContext.topLevel
        context.baggage.set("k", to: "v")
        fixture.provider.tracer("t").startSpan(named: "a", parent: .context(context)).end()
        let spans = await fixture.finished()
        #expect(spans[0].attributes == [KeyValue("at.end", true)])
        #expect(await fixture.provider.shutdown() == .success)
        for recorder in [first, second] {
            #expect(recorder.journal.entries == ["start v", "ending true", "end true", "flush", "shutdown"])
        }
    }

    @Test("records nothing after shutdown, and shuts down once")
    func shutdown() async {
        let fixture = TraceFixture()
        let tracer = fixture.provider.tracer("t")
        #expect(tracer.isEnabled)
        tracer.startSpan(named: "before").end()
        #expect(await fixture.provider.shutdown() == .success)
        #expect(fixture.exporter.spans.map(\.name) == ["before"])
        #expect(!tracer.isEnabled)
        let late = tracer.startSpan(named: "after")
        #expect(!late.isRecording)
        late.end()
        #expect(fixture.exporter.spans.count == 1)
        #expect(await fixture.provider.shutdown() == .failure)
    }

    @Test("gives up on a processor that hangs when the time is up")
    func hangingProcessor() async {
        struct Hanging: SpanProcessor {
            func forceFlush(timeout: Duration) async -> Outcome {
                try? await Task.sleep(for: .seconds(600))
                return .success
            }
            func shutdown(timeout: Duration) async -> Outcome { await forceFlush(timeout: timeout) }
        }
        let fixture = TraceFixture(processors: [Hanging()])
        #expect(await fixture.provider.forceFlush(timeout: .milliseconds(50)) == .timedOut)
        #expect(await fixture.provider.shutdown(timeout: .milliseconds(50)) == .timedOut)
    }

    @Test("uses the ids of its generator")
    func ids() {
        struct Fixed: IDGenerator {
            func makeTraceID() -> TraceID { TraceID(high: 0xA, low: 0xB) }
            func makeSpanID() -> SpanID { SpanID(value: 0xC) }
        }
        let span = TraceFixture(ids: Fixed()).provider.tracer("t").startSpan(named: "a", parent: .none)
        #expect(span.spanContext.traceID == TraceID(high: 0xA, low: 0xB))
        #expect(span.spanContext.spanID == SpanID(value: 0xC))
        #expect(!span.spanContext.isRandom, "only a generator that is random may say so")
    }

    @Test("makes ids that differ, on every thread")
    func distinctIDs() async {
        let ids = await withTaskGroup(of: Array<SpanID>.self, returning: Set<SpanID>.self) { group in
            for _ in 0..<8 { group.addTask { (0..<5_000).map { _ in RandomIDGenerator().makeSpanID() } } }
            return await group.reduce(into: Set<SpanID>()) { $0.formUnion($1) }
        }
        #expect(ids.count == 40_000)
        #expect(ids.allSatisfy { $0.isValid })
    }

    @Test("makes working tracers for libraries without a name")
    func unnamed() async {
        let fixture = TraceFixture()
        fixture.provider.tracer("").startSpan(named: "a").end()
        #expect(await fixture.finished().count == 1)
    }
}
