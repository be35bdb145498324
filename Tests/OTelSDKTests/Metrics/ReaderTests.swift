import OTLP
import OTelSDK
import Synchronization
import Testing

@Suite("Metric readers")
struct ReaderTests {
    @Test("collect periodically, at a flush and for the last time at shutdown")
    func periodic() async throws {
        let exporter = InMemoryMetricExporter()
        let reader = PeriodicMetricReader(exporter, interval: .milliseconds(10))
        let provider = MeterProvider(resource: TelemetryResource([Attribute("r", 1)]), readers: [reader])
        let counter = provider.meter("t", version: "1", schemaURL: "s", attributes: [Attribute("a", 1)]).counter("c")
        counter.add(1)
        try await eventually { !exporter.metrics.isEmpty }
        let first = exporter.metrics[0]
        #expect(first.resource.attributes == [KeyValue("r", 1)])
        #expect(first.scopeMetrics[0].scope.name == "t" && first.scopeMetrics[0].scope.version == "1")
        #expect(first.scopeMetrics[0].schemaURL == "s")
        #expect(first.scopeMetrics[0].scope.attributes == [KeyValue("a", 1)])
        counter.add(1)
        #expect(await provider.forceFlush() == .success)
        counter.add(1)
        #expect(await provider.shutdown() == .success)
        #expect(exporter.metrics.last?.scopeMetrics[0].metrics[0].value == .int(3))
        #expect(await provider.shutdown() == .failure)
    }

    @Test("never call an exporter twice at once, and give up when it hangs")
    func slowExporter() async {
        final class Slow: MetricExporter {
            let running = Atomic(0)
            let most = Atomic(0)
            func export(_ metrics: ResourceMetrics) async -> ExportResult {
                let now = running.add(1, ordering: .sequentiallyConsistent).newValue
                most.max(now, ordering: .sequentiallyConsistent)
                try? await Task.sleep(for: .milliseconds(5))
                running.subtract(1, ordering: .sequentiallyConsistent)
                return .success
            }
        }
        struct Hanging: MetricExporter {
            func export(_ metrics: ResourceMetrics) async -> ExportResult {
                try? await Task.sleep(for: .seconds(600))
                return .success
            }
        }
        let slow = Slow()
        let provider = MeterProvider(readers: [PeriodicMetricReader(slow, interval: .milliseconds(1))])
        provider.meter("t").counter("c").add(1)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { _ = await provider.forceFlush() } }
        }
        _ = await provider.shutdown()
        #expect(slow.most.load(ordering: .relaxed) == 1)

        let reader = PeriodicMetricReader(Hanging(), exportTimeout: .milliseconds(20))
        let hanging = MeterProvider(readers: [reader])
        hanging.meter("t").counter("c").add(1)
        #expect(await hanging.forceFlush() == .failure)
        #expect(await hanging.shutdown() == .failure)
    }

    @Test("want temporality and aggregation by the kind of instrument, each reader its own")
    func preferences() async {
        let cumulative = ManualMetricReader()
        let lowMemory = ManualMetricReader(
            MetricReaderSettings(
                temporality: TemporalityPreference.lowMemory.temporality,
                aggregation: { $0 == .histogram ? .exponentialHistogram() : .default }
            )
        )
        let provider = MeterProvider(readers: [cumulative, lowMemory])
        provider.meter("t").counter("c").add(1)
        provider.meter("t").histogram("h").record(1)
        _ = await lowMemory.collect()
        provider.meter("t").counter("c").add(2)
        provider.meter("t").histogram("h").record(1)
        func named(_ name: String, _ reader: ManualMetricReader) async -> OTLP.Metric? {
            await reader.collect()?.scopeMetrics[0].metrics.first { $0.name == name }
        }
        #expect(await named("c", cumulative)?.value == .int(3))
        #expect(await named("h", cumulative)?.histogram?.count == 2)
        #expect(await named("c", lowMemory)?.value == .int(2))
        provider.meter("t").histogram("h").record(1)
        #expect(await named("h", lowMemory)?.exponential?.count == 1)
    }

    @Test("export in parts of at most so many points")
    func batches() async {
        let exporter = InMemoryMetricExporter()
        let provider = MeterProvider(readers: [PeriodicMetricReader(exporter, maximumBatchSize: 4)])
        for index in 0..<7 { provider.meter("a").counter("c").add(1, ["i": .int(Int64(index))]) }
        for index in 0..<3 { provider.meter("b").histogram("h").record(1, ["i": .int(Int64(index))]) }
        _ = await provider.forceFlush()
        let sizes = exporter.metrics.map { part in
            part.scopeMetrics.flatMap(\.metrics).reduce(0) { sum, metric in
                if case .histogram(let histogram) = metric.data { return sum + histogram.dataPoints.count }
                return sum + metric.numbers.count
            }
        }
        #expect(sizes == [4, 4, 2])
        _ = await provider.shutdown()
    }

    @Test("take along what producers give, through their filter")
    func producers() async {
        struct Producer: MetricProducer {
            func produce(filter: MetricFilter?) async -> [ScopeMetrics] {
                let names = ["kept", "dropped"].filter { name in
                    filter?.testMetric(Scope(name: "p"), name, .gauge, "") != .drop
                }
                return [
                    ScopeMetrics(
                        scope: InstrumentationScope(name: "p"),
                        metrics: names.map { OTLP.Metric(name: $0, data: .gauge(Gauge(dataPoints: []))) }
                    )
                ]
            }
        }
        let filter = MetricFilter { _, name, _, _ in name == "dropped" ? .drop : .accept }
        let fixture = MetricFixture(MetricReaderSettings(producers: [Producer()], filter: filter))
        #expect(Set(await fixture.collect().keys) == ["kept"])
    }
}
