import CoreMetrics
import OTLP
import OTelSDK
import Testing

@Suite("Behind swift-metrics")
struct MetricsFactoryTests {
    private let fixture = MetricFixture()

    private func factory(_ descriptions: [MetricDescription] = []) -> OTelMetricsFactory {
        OTelMetricsFactory(fixture.provider, descriptions: descriptions)
    }

    @Test("counters, gauges, meters, recorders and timers become what they mean")
    func kinds() async {
        let factory = factory([
            MetricDescription("pool.size", unit: "{connection}", "Open.", kind: .upDownCounter),
            MetricDescription("request.ms", unit: "ms", "Time.", boundaries: [10]),
        ])
        let dimensions = [("b", "2"), ("a", "1"), ("b", "3")]
        Counter(label: "requests", dimensions: dimensions, factory: factory).increment(by: 2)
        Counter(label: "requests", dimensions: [("a", "1"), ("b", "3")], factory: factory).increment()
        FloatingPointCounter(label: "bytes", factory: factory).increment(by: 1.5)
        Gauge(label: "temperature", factory: factory).record(21.5)
        for size in [3, 5, 4] { Gauge(label: "pool.size", factory: factory).record(size) }
        let meter = Meter(label: "level", factory: factory)
        meter.set(10)
        meter.increment(by: 5)
        meter.decrement(by: 1)
        Recorder(label: "sizes", factory: factory).record(700)
        CoreMetrics.Timer(label: "duration", factory: factory).recordNanoseconds(250_000_000)
        CoreMetrics.Timer(label: "request.ms", factory: factory).recordNanoseconds(20_000_000)

        let metrics = await fixture.collect()
        #expect(metrics["requests"]?.value == .int(3), "the order of dimensions does not matter")
        #expect(metrics["requests"]?.numbers[0].attributes == [KeyValue("a", "1"), KeyValue("b", "3")])
        #expect(metrics["bytes"]?.value == .double(1.5))
        #expect(metrics["temperature"]?.value == .double(21.5))
        #expect(metrics["temperature"]?.sum == nil, "a gauge")
        #expect(metrics["pool.size"]?.value == .double(4), "a sum, whichever handle was used")
        #expect(metrics["pool.size"]?.sum?.isMonotonic == false)
        #expect(metrics["pool.size"]?.unit == "{connection}")
        #expect(metrics["level"]?.value == .double(14))
        #expect(metrics["sizes"]?.histogram?.sum == 700)
        #expect(metrics["duration"]?.unit == "s" && metrics["duration"]?.histogram?.sum == 0.25)
        #expect(metrics["request.ms"]?.histogram?.sum == 20)
        #expect(metrics["request.ms"]?.histogram?.bucketCounts == [0, 1])
    }

    @Test("reset starts a series anew, destroy forgets it")
    func resetAndDestroy() async {
        let factory = factory()
        let counter = Counter(label: "c", factory: factory)
        counter.increment(by: 5)
        let before = await fixture.collect()["c"]?.numbers.first?.startTime ?? 0
        counter.reset()
        counter.increment(by: 2)
        let after = await fixture.collect()["c"]?.numbers.first
        #expect(after?.value == .int(2))
        #expect((after?.startTime ?? 0) > before)
        counter.destroy()
        #expect(await fixture.collect()["c"] == nil)
    }
}
