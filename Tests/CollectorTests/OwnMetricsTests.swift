import EmbeddedClickHouse
import ServiceKit
import Testing

@testable import Collector

@Suite("The collector's own metrics", .timeLimit(.minutes(3)))
struct OwnMetricsTests {
    /// Long enough that nothing but a flush tells them.
    private static let settings = ["COLLECTOR_METRICS_INTERVAL": "3600000"]

    @Test("go into the log of metrics, and are counted apart from what was received")
    func kept() async throws {
        try await withCollector(before: StubbornClickHouse([]), Self.settings) { running in
            let own = try #require(running.collector.ownMetrics)
            try await running.take(Samples.spans(1...10))
            await own.flush()
            try await eventually { running.collector.pipeline.queuedItems == 0 }
            #expect(running.statistics.ownKept[.metricPoints, default: 0] > 50)
            #expect(running.statistics.ownDropped.isEmpty)
            #expect(running.statistics.items[.metricPoints]?.accepted == 0)
        }
    }

    @Test("are not told when they are turned off")
    func off() async throws {
        try await withCollector(before: StubbornClickHouse([])) { running in
            #expect(running.collector.ownMetrics == nil)
        }
    }

    @Test(
        "stand in ClickHouse as the text of /metrics says them, with the resource of the collector's spans",
        .enabled(if: EmbeddedClickHouse.isAvailable, "./demo test prepares the Python that runs it")
    )
    func stored() async throws {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        defer { clickHouse.kill() }
        let settings = Self.settings.merging([
            "CH_HOST": "127.0.0.1:\(clickHouse.port)", "COLLECTOR_TRACES_PER_SECOND": "1000",
        ]) { $1 }
        try await withCollector(settings) { running in
            try await running.take(Samples.spans(1...10))
            try await eventually { running.statistics.rows[.traces]?.written ?? 0 >= 10 }
            await running.collector.pipeline.ownTraces?.flush()
            await running.collector.ownMetrics?.flush()
            try await eventually { try await clickHouse.count("otel_metrics_gauge") > 0 }
            try await eventually { try await clickHouse.count("otel_metrics_histogram") > 0 }
            let accepted = try await clickHouse.query(
                """
                SELECT Value, Attributes['receiver'], Attributes['transport'], IsMonotonic, AggregationTemporality
                FROM otel_metrics_sum WHERE ServiceName = 'otel-collector'
                    AND MetricName = 'otelcol_receiver_accepted_spans' AND Attributes['transport'] = 'http'
                """
            )
            #expect(accepted == "10\totlp\thttp\ttrue\t2\n")
            let inserts = try await clickHouse.query(
                """
                SELECT Count > 0, arraySum(BucketCounts) = Count, length(BucketCounts) = length(ExplicitBounds) + 1, MetricUnit
                FROM otel_metrics_histogram WHERE MetricName = 'otel_storage_write_duration_seconds'
                    AND Attributes['table'] = 'otel_traces'
                """
            )
            #expect(inserts == "1\t1\t1\ts\n")
            let instances = try await clickHouse.query(
                """
                SELECT uniqExact(instance), countIf(instance = '') FROM (
                    SELECT ResourceAttributes['service.instance.id'] AS instance FROM otel_metrics_gauge
                    UNION ALL SELECT ResourceAttributes['service.instance.id'] FROM otel_traces
                    WHERE ServiceName = 'otel-collector')
                """
            )
            #expect(instances == "1\t0\n")
        }
    }
}
