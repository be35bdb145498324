import CoreMetrics
import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("Views")
struct ViewTests {
    @Test("rename, describe, choose attributes and aggregate anew")
    func everything() async {
        let fixture = MetricFixture(
            views: [
                View(
                    .init(name: "http.*", kind: .histogram, unit: "s", meterName: "test"),
                    name: "renamed",
                    description: "described",
                    attributeKeys: ["kept", "also"],
                    excludedAttributeKeys: ["also"],
                    aggregation: .explicitBucketHistogram(boundaries: [5], recordsMinMax: false)
                )
            ]
        )
        let histogram = fixture.meter.histogram("http.duration", unit: "s", description: "original")
        histogram.record(3, ["kept": 1, "also": 2, "gone": 3])
        histogram.record(7, ["kept": 1, "also": 5, "gone": 6])
        let metric = await fixture.collect()["renamed"]
        #expect(metric?.description == "described" && metric?.unit == "s")
        #expect(metric?.histogram?.attributes == [KeyValue("kept", 1)])
        #expect(metric?.histogram?.bucketCounts == [1, 1])
        #expect(metric?.histogram?.min == nil)
    }

    @Test("choose attributes by patterns, too")
    func patterns() async {
        let fixture = MetricFixture(
            views: [
                View(
                    .init(name: "h"),
                    attributeKeys: ["http.*", "url.?cheme", "exact"],
                    excludedAttributeKeys: ["*.secret", "http.r?ute"]
                )
            ]
        )
        fixture.meter.counter("h").add(
            1,
            [
                "http.method": 1, "http.route": 2, "http.secret": 3, "url.scheme": 4, "url.sscheme": 5, "exact": 6,
                "exactly": 7, "HTTP.method": 8,
            ]
        )
        let attributes = await fixture.collect()["h"]?.numbers.first?.attributes
        #expect(attributes?.map(\.key) == ["exact", "http.method", "url.scheme"])
    }

    @Test("select by wildcards, and each that selects makes a metric")
    func selection() async {
        let fixture = MetricFixture(
            views: [
                View(.init(name: "a.?.c"), name: "first"),
                View(.init(name: "*"), name: nil, aggregation: .default),
                View(.init(meterName: "elsewhere"), name: "never"),
            ]
        )
        fixture.meter.counter("a.b.c").add(1)
        #expect(Set(await fixture.collect().keys) == ["first", "a.b.c"])
    }

    @Test("drop what nobody wants, and fall back where an aggregation does not fit")
    func drop() async {
        let fixture = MetricFixture(
            views: [
                View(.init(name: "noise"), aggregation: .drop),
                View(.init(name: "counter"), aggregation: .lastValue),
                View(.init(name: "sizes"), aggregation: .sum),
            ]
        )
        fixture.meter.counter("noise").add(1)
        fixture.meter.counter("counter").add(1)
        fixture.meter.counter("counter").add(1)
        fixture.meter.histogram("sizes").record(2)
        fixture.meter.histogram("sizes").record(3)
        let metrics = await fixture.collect()
        #expect(metrics["noise"] == nil)
        #expect(metrics["counter"]?.value == .int(2))
        #expect(metrics["sizes"]?.value == .double(5))
    }

    @Test("win over an instrument's advice, which counts otherwise")
    func advice() async {
        let fixture = MetricFixture(views: [View(.init(name: "viewed"), attributeKeys: ["b"])])
        let attributes: AttributeSet = ["a": 1, "b": 2]
        fixture.meter.counter("viewed", attributeKeys: ["a"]).add(1, attributes)
        fixture.meter.counter("advised", attributeKeys: ["a"]).add(1, attributes)
        let metrics = await fixture.collect()
        #expect(metrics["viewed"]?.numbers[0].attributes == [KeyValue("b", 2)])
        #expect(metrics["advised"]?.numbers[0].attributes == [KeyValue("a", 1)])
    }

    @Test("limit the series of one metric")
    func limit() async {
        let fixture = MetricFixture(views: [View(.init(name: "counter"), cardinalityLimit: 2)])
        for index in 0..<5 { fixture.meter.counter("counter").add(1, ["i": .int(Int64(index))]) }
        #expect(await fixture.collect()["counter"]?.numbers.count == 2)
    }
}

@Suite("Exemplars")
struct ExemplarTests {
    private let span = SpanContext(traceID: TraceID(high: 1, low: 2), spanID: SpanID(value: 3))

    private func context(sampled: Bool) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        var span = span
        if !sampled { span.flags = 0 }
        context.spanContext = span
        return context
    }

    @Test("tell the trace of measurements within sampled spans, and the attributes that a view took away")
    func traceBased() async {
        let fixture = MetricFixture(views: [View(.init(name: "h"), attributeKeys: [])])
        let histogram = fixture.meter.histogram("h", explicitBucketBoundaries: [10])
        histogram.record(1)
        histogram.record(2, context: context(sampled: false))
        InstrumentationContext.withValue(context(sampled: true)) { histogram.record(3, ["secret": "x"]) }
        histogram.record(30, context: context(sampled: true))
        let exemplars = await fixture.collect()["h"]?.histogram?.exemplars ?? []
        #expect(exemplars.map(\.value) == [.double(3), .double(30)], "one for each bucket")
        #expect(exemplars[0].traceID == span.traceID && exemplars[0].spanID == span.spanID)
        #expect(exemplars[0].filteredAttributes == [KeyValue("secret", "x")])
        #expect(exemplars[0].time > 0)
        #expect(await fixture.collect()["h"]?.histogram?.exemplars.isEmpty == true, "they are told once")
    }

    @Test("name the span in whose context a timer of swift-metrics records, also after that span has ended")
    func metricsAPI() async throws {
        let fixture = MetricFixture()
        let traces = TraceFixture()
        let span = traces.provider.tracer("t").startSpan(named: "request")
        span.end()
        let timer = OTelMetricsFactory(fixture.provider).makeTimer(
            label: "http.server.request.duration",
            dimensions: []
        )
        InstrumentationContext.withValue(span.context) { timer.recordNanoseconds(1_000_000) }
        let exemplars = await fixture.collect()["http.server.request.duration"]?.histogram?.exemplars ?? []
        #expect(exemplars.map(\.spanID) == [span.spanContext.spanID])
        #expect(exemplars.map(\.traceID) == [span.spanContext.traceID])
    }

    @Test("can be of all measurements or of none")
    func filters() async {
        for (filter, count) in [(ExemplarFilter.alwaysOn, 1), (.alwaysOff, 0)] {
            let fixture = MetricFixture(exemplarFilter: filter)
            fixture.meter.counter("c").add(1)
            fixture.meter.counter("c").add(1)
            #expect(await fixture.collect()["c"]?.numbers[0].exemplars.count == count)
        }
    }

    @Test("come from a reservoir of one's own")
    func customReservoir() async {
        struct Last: ExemplarReservoir {
            var kept: Exemplar?
            mutating func offer(
                _ value: NumberValue,
                attributes: AttributeSet,
                filtered: [Attribute],
                context: InstrumentationContext?,
                time: UInt64
            ) {
                kept = Exemplar(filteredAttributes: attributes.attributes, time: time, value: value)
            }
            mutating func collect() -> [Exemplar] { kept.map { [$0] } ?? [] }
        }
        let fixture = MetricFixture(
            views: [View(.init(name: "c"), exemplarReservoir: { Last() })],
            exemplarFilter: .alwaysOn
        )
        fixture.meter.counter("c").add(1)
        fixture.meter.counter("c").add(2, ["a": 1])
        let points = await fixture.collect()["c"]?.numbers ?? []
        #expect(points.map { $0.exemplars.first?.value } == [.int(1), .int(2)])
    }

    @Test("are kept with the same chance each when the reservoir is small")
    func fixedSize() {
        var first = 0
        for _ in 0..<2_000 {
            var reservoir = SimpleFixedSizeExemplarReservoir(size: 1)
            for value in 0..<4 {
                reservoir.offer(.int(Int64(value)), attributes: .empty, filtered: [], context: nil, time: 0)
            }
            if reservoir.collect().first?.value == .int(0) { first += 1 }
        }
        #expect((350...650).contains(first))
    }
}
