import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("The attributes of a span")
struct SpanAttributeFormsTests {
    @Test("are one set, whichever API sets them")
    func bothForms() async throws {
        let fixture = TraceFixture()
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        span.setAttribute("first", 1)
        span.attributes["second"] = "two"
        span.setAttribute("third", true)
        span.attributes["first"] = nil
        #expect(span.attributes.get("second") == .string("two"))
        #expect(span.attributes.count == 2)
        span.end()

        let otlp = try #require(await fixture.finished().first)
        #expect(otlp.attributes == [KeyValue("second", "two"), KeyValue("third", true)])
        #expect(otlp.droppedAttributesCount == 0)
    }

    /// Says of each span whose session it is.
    private struct Session: SpanProcessor {
        var interests: SpanProcessorInterests { .start }
        func onStart(_ span: OTelSpan, parent: InstrumentationContext?) {
            span.attributes["session.id"] = "s"
            span.setAttribute("tenant", "t")
        }
    }

    @Test("that a span started with survive an assignment, which may give them another value")
    func startAttributes() async throws {
        let fixture = TraceFixture(processors: [Session()])
        let tracer = fixture.provider.tracer("t")
        let assigned = tracer.startSpan(named: "assigned", attributes: [Attribute("given", 1)])
        assigned.setAttribute("later", 2)
        assigned.attributes = ["tenant": "other", "own": true]
        assigned.setAttribute("last", 3)
        assigned.end()
        let updated = tracer.startSpan(named: "updated", attributes: [Attribute("given", 1)])
        updated.attributes = ["own": true]
        updated.updateAttributes { attributes in
            attributes["given"] = nil
            attributes["own"] = nil
        }
        #expect(updated.attributes.get("session.id") == .string("s") && updated.attributes.count == 2)
        updated.end()

        let spans = await fixture.finished()
        #expect(
            Set(try #require(spans.first).attributes) == [
                KeyValue("given", 1), KeyValue("session.id", "s"), KeyValue("tenant", "other"), KeyValue("own", true),
                KeyValue("last", 3),
            ]
        )
        #expect(Set(try #require(spans.last).attributes) == [KeyValue("session.id", "s"), KeyValue("tenant", "t")])
    }

    @Test("leave by name when they came as a dictionary")
    func order() async throws {
        let fixture = TraceFixture()
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        span.attributes = ["c": 3, "a": 1, "b": 2]
        span.end()
        let otlp = try #require(await fixture.finished().first)
        #expect(otlp.attributes.map(\.key) == ["a", "b", "c"])
    }

    @Test("are counted when a dictionary has more than the limit, or one without a name")
    func limits() async throws {
        var limits = SpanLimits()
        limits.attributeCount = 2
        let fixture = TraceFixture(limits: limits)
        let tracer = fixture.provider.tracer("t")
        let many = tracer.startSpan(named: "many")
        many.attributes = ["a": 1, "b": 2, "c": 3]
        many.end()
        let unnamed = tracer.startSpan(named: "unnamed")
        unnamed.attributes = ["": 1, "b": 2]
        unnamed.setAttribute("c", 3)
        unnamed.setAttribute("d", 4)
        unnamed.end()

        let spans = await fixture.finished()
        #expect(spans.map(\.attributes.count) == [2, 2])
        #expect(spans.map(\.droppedAttributesCount) == [1, 2])
    }

    @Test("are cut to the length limit, also those of a dictionary")
    func length() async throws {
        var limits = SpanLimits()
        limits.attributeValueLength = 3
        let fixture = TraceFixture(limits: limits)
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        span.attributes = ["text": "abcdef"]
        span.end()
        let otlp = try #require(await fixture.finished().first)
        #expect(otlp.attributes == [KeyValue("text", "abc")])
    }

    @Test("do not lose what another task sets while they are updated")
    func concurrentUpdate() async throws {
        let fixture = TraceFixture()
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        span.attributes = ["kept": 1, "taken": 2]
        span.updateAttributes { attributes in
            span.setAttribute("meanwhile", 3)
            attributes["taken"] = nil
            attributes["new"] = 4
        }
        span.end()
        let otlp = try #require(await fixture.finished().first)
        #expect(Set(otlp.attributes.map(\.key)) == ["kept", "meanwhile", "new"])
    }

    @Test("do not lose what is assigned while they are updated")
    func assignmentMeanwhile() async throws {
        let fixture = TraceFixture()
        let span = fixture.provider.tracer("t").startSpan(named: "a")
        span.attributes = ["taken": 2]
        span.updateAttributes { attributes in
            span.attributes = ["meanwhile": 3]
            attributes["taken"] = nil
            attributes["new"] = 4
        }
        span.updateAttributes { $0["last"] = 5 }
        span.end()
        let otlp = try #require(await fixture.finished().first)
        #expect(Set(otlp.attributes.map(\.key)) == ["meanwhile", "new", "last"])
    }
}
