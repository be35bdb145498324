import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("A span")
struct SpanTests {
    @Test("comes out with everything that was said about it")
    func everything() async throws {
        let fixture = TraceFixture(resource: TelemetryResource([Attribute("service.name", "shop")]))
        let tracer = fixture.provider.tracer(
            "library",
            version: "1.2",
            schemaURL: "https://example.com/1",
            attributes: [Attribute("a", 1)]
        )
        let other = SpanContext(traceID: TraceID(high: 1, low: 2), spanID: SpanID(value: 3), isRemote: true)
        let span = tracer.startSpan(
            named: "first",
            kind: .server,
            parent: .none,
            attributes: [Attribute("early", true)],
            links: [Link(other, attributes: [Attribute("why", "batch")])],
            startTime: 1_000
        )
        span.setAttribute("text", "é😀")
        span.setAttribute("double", 1.5)
        span.setAttribute("integer", 7)
        span.setAttribute("list", ["a", "b"])
        span.setAttribute("text", "replaced")
        span.operationName = "second"
        span.addEvent(named: "one", attributes: [Attribute("k", "v")], time: 1_500)
        span.addEvent(named: "two", time: 1_600)
        span.addLink(Link(SpanContext(traceID: TraceID(high: 4, low: 5), spanID: SpanID(value: 6))))
        span.end(time: 2_000)

        let otlp = try #require(await fixture.finished().first)
        #expect(otlp.name == "second")
        #expect(otlp.kind == .server)
        #expect(otlp.startTime == 1_000 && otlp.endTime == 2_000)
        #expect(otlp.parentSpanID == .none)
        #expect(
            otlp.attributes == [
                KeyValue("early", true), KeyValue("text", "replaced"), KeyValue("double", 1.5),
                KeyValue("integer", 7), KeyValue("list", ["a", "b"]),
            ]
        )
        #expect(otlp.events.map(\.name) == ["one", "two"] && otlp.events.map(\.time) == [1_500, 1_600])
        #expect(otlp.links.map(\.spanID.value) == [3, 6])
        #expect(otlp.links[0].flags & 0x300 == 0x300, "the linked span is remote")
        #expect(otlp.flags & 0xFF == 0x03, "sampled, with a random trace id")
        let readable = try #require(fixture.exporter.spans.first)
        #expect(readable.scope.name == "library" && readable.scope.version == "1.2")
        #expect(readable.scope.schemaURL == "https://example.com/1")
        #expect(readable.resource["service.name"] == "shop")
    }

    @Test("takes nothing more once it has ended, and ends once")
    func afterTheEnd() async throws {
        let fixture = TraceFixture()
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        #expect(span.isRecording)
        span.end(time: 5)
        #expect(!span.isRecording)
        span.setAttribute("late", 1)
        span.addEvent(named: "late")
        span.addLink(Link(span.spanContext))
        span.setStatus(.error, description: "late")
        span.operationName = "late"
        span.end(time: 9)
        let spans = await fixture.finished()
        #expect(spans.count == 1)
        #expect(spans[0].attributes.isEmpty && spans[0].events.isEmpty && spans[0].links.isEmpty)
        #expect(spans[0].name == "a" && spans[0].endTime == 5 && spans[0].status.code == .unset)
    }

    @Test("keeps the status that the specification ranks highest")
    func status() async {
        let fixture = TraceFixture()
        let tracer = fixture.provider.tracer("t")
        func outcome(_ steps: (OTelSpan) -> Void) async -> OTLP.SpanStatus {
            fixture.exporter.reset()
            let span = tracer.startSpan(named: "a")
            steps(span)
            span.end()
            return await fixture.finished()[0].status
        }
        #expect(await outcome { _ in }.code == .unset)
        let error = await outcome { $0.setStatus(.error, description: "bad") }
        #expect(error == OTLP.SpanStatus(message: "bad", code: .error))
        let ok = await outcome {
            $0.setStatus(.error, description: "bad")
            $0.setStatus(.ok, description: "ignored")
            $0.setStatus(.error, description: "too late")
        }
        #expect(ok == OTLP.SpanStatus(message: "", code: .ok))
        let unset = await outcome {
            $0.setStatus(.error, description: "bad")
            $0.setStatus(.unset)
        }
        #expect(unset.code == .error)
    }

    @Test("records an exception, with what the caller adds on top")
    func exception() async {
        let fixture = TraceFixture()
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        span.recordException(
            Failure(),
            attributes: [Attribute("exception.message", "rather this"), Attribute("x", 1)],
            time: 77
        )
        span.end()
        let event = await fixture.finished()[0].events[0]
        #expect(event.name == "exception" && event.time == 77)
        let attributes = Dictionary(uniqueKeysWithValues: event.attributes.map { ($0.key, $0.value) })
        #expect(attributes["exception.message"] == "rather this")
        #expect(attributes["exception.type"] == .string(String(reflecting: Failure.self)))
        #expect(attributes["x"] == 1)
    }

    @Test("holds no more than its limits allow, and counts the rest")
    func limits() async {
        var limits = SpanLimits()
        limits.attributeCount = 2
        limits.attributeValueLength = 3
        limits.eventCount = 1
        limits.linkCount = 1
        limits.attributePerEventCount = 1
        limits.attributePerLinkCount = 1
        let fixture = TraceFixture(limits: limits)
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        let two = [Attribute("a", 1), Attribute("b", 2)]
        span.setAttribute("one", "ünïcode")
        span.setAttribute("two", ["longer", "x"])
        span.setAttribute("three", 3)
        span.setAttribute("one", "again")
        for _ in 0..<3 {
            span.addEvent(named: "e", attributes: two)
            span.addLink(Link(span.spanContext, attributes: two))
        }
        span.end()
        let otlp = await fixture.finished()[0]
        #expect(otlp.attributes == [KeyValue("one", "aga"), KeyValue("two", ["lon", "x"])])
        #expect(otlp.droppedAttributesCount == 1)
        #expect(otlp.events.count == 1 && otlp.droppedEventsCount == 2)
        #expect(otlp.links.count == 1 && otlp.droppedLinksCount == 2)
        #expect(otlp.events[0].droppedAttributesCount == 1 && otlp.links[0].droppedAttributesCount == 1)
    }

    @Test("finds its parent in the current context, in a given one, or has none")
    func parents() async {
        let fixture = TraceFixture()
        let tracer = fixture.provider.tracer("t")
        let outer = tracer.startSpan(named: "outer", parent: .none)
        let (inner, root, explicit) = outer.makeActive {
            (
                tracer.startSpan(named: "inner"),
                tracer.startSpan(named: "root", parent: .none),
                tracer.startSpan(named: "explicit", parent: .context(.topLevel))
            )
        }
        #expect(inner.spanContext.traceID == outer.spanContext.traceID)
        #expect(inner.spanContext.spanID != outer.spanContext.spanID)
        #expect(root.spanContext.traceID != outer.spanContext.traceID)
        #expect(explicit.spanContext.traceID != outer.spanContext.traceID)
        #expect(InstrumentationContext.current?.activeSpan == nil)
        for span in [inner, root, explicit, outer] { span.end() }
        let parents = await fixture.finished().map { $0.parentSpanID }
        #expect(parents == [outer.spanContext.spanID, .none, .none, .none])
    }

    @Test("carries the caller's trace and baggage on when it is not sampled")
    func notSampled() {
        let fixture = TraceFixture(sampler: AlwaysOffSampler())
        var context = InstrumentationContext.topLevel
        let parent = SpanContext(
            traceID: TraceID(high: 1, low: 2),
            spanID: SpanID(value: 3),
            flags: 0,
            isRemote: true
        )
        context.spanContext = parent
        context.baggage.set("tenant", to: "acme")
        let span = fixture.provider.tracer("t").startSpan(named: "a", parent: .context(context))
        #expect(!span.isRecording)
        #expect(span.spanContext.traceID == parent.traceID)
        #expect(span.spanContext.spanID != parent.spanID, "a new id, also for spans that are not recorded")
        #expect(!span.spanContext.isRemote)
        #expect(span.context.spanContext == span.spanContext)
        #expect(span.context.baggage["tenant"] == "acme")
    }

    @Test("behind swift-distributed-tracing records errors, attributes and its module as the scope")
    func tracingAPI() async throws {
        let fixture = TraceFixture()
        let tracer = fixture.provider.tracer("api")
        await #expect(throws: Failure.self) {
            try await tracer.withSpan("outer", ofKind: .client) { span in
                span.attributes["a.text"] = "x"
                span.updateAttributes {
                    $0["a.number"] = 5
                    $0["a.list"] = [1, 2]
                    $0["a.text"] = nil
                }
                #expect(span.attributes.get("a.number") == .int64(5))
                #expect(InstrumentationContext.current?.activeSpan?.spanContext == span.spanContext)
                await Task.yield()
                throw Failure()
            }
        }
        let otlp = try #require(await fixture.finished().first)
        #expect(otlp.kind == .client && otlp.status.code == .error)
        #expect(otlp.events.map(\.name) == ["exception"])
        #expect(Set(otlp.attributes) == [KeyValue("a.number", 5), KeyValue("a.list", [1, 2])])
        #expect(otlp.endTime >= otlp.startTime)
    }

    @Test("keeps what all threads say about it")
    func concurrency() async throws {
        var limits = SpanLimits()
        limits.attributeCount = 4_000
        limits.eventCount = 4_000
        let fixture = TraceFixture(limits: limits)
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for index in 0..<100 {
                        span.setAttribute("\(worker)-\(index)", .int(Int64(index)))
                        span.addEvent(named: "e")
                        span.addLink(Link(span.spanContext))
                    }
                }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { span.end() } }
        }
        let spans = await fixture.finished()
        #expect(spans.count == 1, "it ended once")
        #expect(spans[0].attributes.count == 800 && spans[0].events.count == 800)
        #expect(spans[0].links.count == 128 && spans[0].droppedLinksCount == 672)
    }
}
