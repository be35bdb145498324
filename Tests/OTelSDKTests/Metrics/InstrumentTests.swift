import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("Instruments")
struct InstrumentTests {
    @Test("add up, go up and down, keep the last value, and make distributions")
    func synchronous() async {
        let fixture = MetricFixture()
        let meter = fixture.meter
        let attributes: AttributeSet = ["k": "v"]
        meter.counter("counter", unit: "1", description: "d").add(2, attributes)
        meter.counter("counter", unit: "1", description: "d").add(3, attributes)
        meter.counter("counter", unit: "1", description: "d").add(-9, attributes)
        meter.upDownCounter("updown", of: Double.self).add(-1.5)
        meter.gauge("gauge").record(1)
        meter.gauge("gauge").record(0.5)
        let histogram = meter.histogram("histogram", explicitBucketBoundaries: [1, 10])
        for value in [0.5, 1, 1.5, 10, 11] { histogram.record(value) }

        let metrics = await fixture.collect()
        #expect(metrics["counter"]?.value == .int(5))
        #expect(metrics["counter"]?.numbers[0].attributes == [KeyValue("k", "v")])
        #expect(metrics["counter"]?.unit == "1" && metrics["counter"]?.description == "d")
        #expect(metrics["counter"]?.sum?.isMonotonic == true)
        #expect(metrics["counter"]?.sum?.aggregationTemporality == .cumulative)
        #expect(metrics["updown"]?.value == .double(-1.5))
        #expect(metrics["updown"]?.sum?.isMonotonic == false)
        #expect(metrics["gauge"]?.value == .double(0.5))
        let point = metrics["histogram"]?.histogram
        #expect(point?.bucketCounts == [2, 2, 1] && point?.explicitBounds == [1, 10])
        #expect(point?.count == 5 && point?.sum == 24 && point?.min == 0.5 && point?.max == 11)
    }

    @Test("that are observable report what their callbacks see, and nothing else")
    func observable() async {
        let fixture = MetricFixture()
        let meter = fixture.meter
        let journal = Journal<Int>()
        _ = meter.observableCounter("single", of: Int.self) { observer in
            journal.note(1)
            observer.observe(10, ["series": .int(Int64(journal.entries.count))])
        }
        let updown = meter.observableUpDownCounter("a", of: Int.self)
        let gauge = meter.observableGauge("b", of: Double.self)
        let foreign = meter.observableGauge("c", of: Double.self)
        let registration = meter.registerCallback(for: updown, gauge) { observer in
            observer.observe(updown, -3)
            observer.observe(gauge, 0.25)
            observer.observe(foreign, 1)
        }
        let first = await fixture.collect()
        #expect(first["single"]?.value == .int(10))
        #expect(first["a"]?.value == .int(-3) && first["b"]?.value == .double(0.25))
        #expect(first["c"] == nil, "its callback was not registered for it")
        registration.unregister()
        let second = await fixture.collect()
        #expect(second["a"] == nil)
        #expect(second["single"]?.numbers.map(\.attributes) == [[KeyValue("series", 2)]], "the first series is gone")
    }

    @Test("start over with each collection when deltas are wanted")
    func delta() async {
        let fixture = MetricFixture.delta()
        let counter = fixture.meter.counter("counter")
        let updown = fixture.meter.upDownCounter("updown")
        let histogram = fixture.meter.histogram("histogram")
        let total = Journal<Int>()
        _ = fixture.meter.observableCounter("observed", of: Int.self) { observer in
            total.note(5)
            observer.observe(total.entries.count * 5)
        }
        counter.add(3)
        updown.add(3)
        histogram.record(1)
        let first = await fixture.collect()
        counter.add(4)
        updown.add(4)
        let second = await fixture.collect()
        #expect(first["counter"]?.value == .int(3) && second["counter"]?.value == .int(4))
        #expect(second["counter"]?.numbers[0].startTime == first["counter"]?.numbers[0].time)
        #expect(second["updown"]?.value == .int(7), "up-down counters stay cumulative")
        #expect(second["histogram"] == nil, "nothing was recorded")
        #expect(first["observed"]?.value == .int(5) && second["observed"]?.value == .int(5))
    }

    @Test("refuse what would spoil a sum for ever, and count it")
    func poison() async throws {
        let fixture = MetricFixture()
        let meter = fixture.meter
        for value in [1.5, .nan, .infinity, -Double.infinity, 2.5] {
            if value >= 0 || value.isNaN { meter.counter("counter", of: Double.self).add(value) }
            meter.upDownCounter("updown", of: Double.self).add(value)
            meter.histogram("histogram", explicitBucketBoundaries: [2]).record(value)
        }
        let total = Journal<Int>()
        _ = meter.observableCounter("observed", of: Double.self) { observer in
            total.note(1)
            observer.observe(total.entries.count == 2 ? .nan : Double(total.entries.count), ["k": 1])
        }
        meter.gauge("gauge").record(.infinity)

        let metrics = await fixture.collect()
        #expect(metrics["counter"]?.value == .double(4))
        #expect(metrics["updown"]?.value == .double(4))
        #expect(metrics["histogram"]?.histogram?.sum == 4 && metrics["histogram"]?.histogram?.count == 2)
        #expect(metrics["histogram"]?.histogram?.max == 2.5)
        #expect(metrics["gauge"]?.value == .double(Double.infinity), "the next value takes its place")
        #expect(await fixture.collect()["observed"] == nil)
        #expect(await fixture.collect()["observed"]?.value == .double(3))
        // Two of the counter, three of each of the others, one of the observed.
        #expect(fixture.provider.rejectedMeasurements == 9)
    }

    @Test("end at the largest value of their type, and never turn around")
    func overflow() async throws {
        let fixture = MetricFixture()
        let counter = fixture.meter.counter("counter", of: Int64.self)
        counter.add(.max)
        counter.add(1)
        let updown = fixture.meter.upDownCounter("updown", of: Int64.self)
        updown.add(.min)
        updown.add(-1)
        let double = fixture.meter.counter("double", of: Double.self)
        let histogram = fixture.meter.histogram("histogram")
        for _ in 0..<2 {
            double.add(.greatestFiniteMagnitude)
            histogram.record(.greatestFiniteMagnitude)
        }
        let metrics = await fixture.collect()
        #expect(metrics["counter"]?.value == .int(.max))
        #expect(metrics["updown"]?.value == .int(.min))
        #expect(metrics["double"]?.value == .double(.greatestFiniteMagnitude))
        #expect(metrics["histogram"]?.histogram?.sum == .greatestFiniteMagnitude)
        #expect(metrics["histogram"]?.histogram?.count == 2)
        #expect(fixture.provider.rejectedMeasurements == 4)
    }

    @Test("that are observable tell by deltas what a series has grown by, also when it was not seen meanwhile")
    func skippedDelta() async throws {
        let fixture = MetricFixture.delta()
        let totals = Journal<Int?>()
        // What each collection sees of the series `a`; `b` is always there.
        let script: [Int64?] = [10, nil, nil, 15, 3, .max]
        _ = fixture.meter.observableCounter("observed", of: Int64.self) { observer in
            if let total = script[totals.entries.count] { observer.observe(total, ["series": "a"]) }
            observer.observe(1, ["series": "b"])
            totals.note(nil)
        }
        var deltas: [NumberValue?] = []
        var points: [NumberDataPoint] = []
        for _ in script {
            let found = await fixture.collect()["observed"]?.numbers.first {
                $0.attributes == [KeyValue("series", "a")]
            }
            deltas.append(found?.value)
            if let found { points.append(found) }
        }
        #expect(deltas == [.int(10), nil, nil, .int(5), .int(3), .int(.max - 3)], "a total that fell has begun anew")
        #expect(points[1].startTime == points[0].time, "it is told since when it has grown")
    }

    @Test("that are observable forget what is not seen any more when there is no room")
    func skippedWithoutRoom() async throws {
        let fixture = MetricFixture(
            MetricReaderSettings(temporality: TemporalityPreference.delta.temporality, cardinalityLimit: 3)
        )
        let rounds = Journal<Int>()
        _ = fixture.meter.observableCounter("observed", of: Int.self) { observer in
            for series in 0..<2 { observer.observe(1, ["series": .int(Int64(rounds.entries.count * 2 + series))]) }
            rounds.note(0)
        }
        for round in 0..<4 {
            let points = await fixture.collect()["observed"]?.numbers ?? []
            let seen = points.map { $0.attributes.first }
            #expect(
                seen == [KeyValue("series", .int(Int64(round * 2))), KeyValue("series", .int(Int64(round * 2 + 1)))]
            )
        }
    }

    @Test(
        "do as if bucket boundaries that cannot be were not given",
        arguments: [[1, 1], [2, 1], [1, .nan], [1, .infinity], [-Double.infinity, 0]]
    )
    func boundaries(advice: [Double]) async {
        let views = [
            View(.init(name: "viewed"), aggregation: .explicitBucketHistogram(boundaries: advice)),
            View(.init(name: "both"), aggregation: .explicitBucketHistogram(boundaries: advice)),
        ]
        let fixture = MetricFixture(views: views)
        fixture.meter.histogram("advised", explicitBucketBoundaries: advice).record(1)
        fixture.meter.histogram("viewed").record(1)
        fixture.meter.histogram("both", explicitBucketBoundaries: [1, 2]).record(1)
        let metrics = await fixture.collect()
        #expect(metrics["advised"]?.histogram?.explicitBounds == Aggregation.defaultBoundaries)
        #expect(metrics["viewed"]?.histogram?.explicitBounds == Aggregation.defaultBoundaries)
        #expect(metrics["both"]?.histogram?.explicitBounds == [1, 2], "the instrument's advice counts then")
    }

    @Test("keep each series' own start when they are cumulative")
    func startTimes() async {
        let fixture = MetricFixture()
        let counter = fixture.meter.counter("counter")
        counter.add(1, ["s": 1])
        let first = await fixture.collect()["counter"]?.numbers.first
        counter.add(1, ["s": 2])
        let points = await fixture.collect()["counter"]?.numbers ?? []
        #expect(points.count == 2)
        #expect(points[0].startTime == first?.startTime)
        #expect(points[1].startTime > points[0].startTime)
    }

    @Test("with too many series put the rest into one")
    func cardinality() async {
        let fixture = MetricFixture(MetricReaderSettings(cardinalityLimit: 3))
        let counter = fixture.meter.counter("counter")
        for index in 0..<10 { counter.add(1, ["series": .int(Int64(index))]) }
        let points = await fixture.collect()["counter"]?.numbers ?? []
        #expect(points.count == 3)
        let overflow = points.first { $0.attributes == [KeyValue("otel.metric.overflow", true)] }
        #expect(overflow?.value == .int(8))
    }

    @Test("of one name are one instrument when they agree, and two metrics when they do not")
    func duplicates() async {
        let fixture = MetricFixture()
        fixture.meter.counter("Requests").add(1)
        fixture.meter.counter("requests").add(1)
        fixture.provider.meter("other").counter("requests").add(5)
        fixture.meter.counter("requests", unit: "{request}").add(1)
        let scopes = await fixture.reader.collect()?.scopeMetrics ?? []
        let test = scopes.first { $0.scope.name == "test" }?.metrics ?? []
        #expect(test.map(\.name) == ["Requests", "Requests"], "the name that was seen first")
        #expect(test.map(\.value) == [.int(2), .int(1)])
        #expect(scopes.first { $0.scope.name == "other" }?.metrics.first?.value == .int(5))
    }

    @Test("with odd names, units or none at all work all the same")
    func names() async {
        let fixture = MetricFixture()
        let unnamed = fixture.provider.meter("")
        #expect(unnamed.scope.name == "")
        unnamed.counter("1 bad näme", unit: String(repeating: "u", count: 99), description: "ü").add(1)
        #expect(await fixture.collect()["1 bad näme"]?.value == .int(1))
    }

    @Test("know whether anybody listens")
    func enabled() async {
        let nobody = MeterProvider(readers: [])
        #expect(!nobody.meter("t").counter("c").isEnabled)
        let fixture = MetricFixture(views: [View(.init(name: "dropped"), aggregation: .drop)])
        #expect(fixture.meter.counter("c").isEnabled)
        #expect(!fixture.meter.counter("dropped").isEnabled)
        let counter = fixture.meter.counter("c")
        _ = await fixture.provider.shutdown()
        #expect(!counter.isEnabled)
        counter.add(1)
    }

    @Test("count every measurement that any thread makes, for every reader")
    func concurrency() async {
        let (first, second) = (ManualMetricReader(), ManualMetricReader())
        let provider = MeterProvider(readers: [first, second])
        let counter = provider.meter("t").counter("counter")
        let histogram = provider.meter("t").histogram("histogram")
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.add(1, ["worker": .int(Int64(worker % 2))])
                        histogram.record(1)
                        _ = provider.meter("t").counter("counter")
                    }
                }
            }
            for _ in 0..<5 { group.addTask { _ = await first.collect() } }
        }
        for reader in [first, second] {
            let metrics = await reader.collect()?.scopeMetrics.first?.metrics ?? []
            #expect(metrics.first { $0.name == "counter" }?.numbers.map(\.value) == [.int(4_000), .int(4_000)])
            #expect(metrics.first { $0.name == "histogram" }?.histogram?.count == 8_000)
        }
    }
}
