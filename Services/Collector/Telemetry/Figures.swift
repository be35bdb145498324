import Exposition
import HTTPCore
import OTLP
import ServiceKit

/// The collector's own figures, under the names that the OpenTelemetry Collector uses where it has such a metric.
struct Figures: Sendable {
    let pipeline: Pipeline
    /// The servers whose clients' excesses are among them.
    let receivers: [HTTPServer]
    /// When counting began, in nanoseconds since 1970, UTC.
    private let start = UInt64.now

    init(_ pipeline: Pipeline, receivers: [HTTPServer]) {
        self.pipeline = pipeline
        self.receivers = receivers
    }

    /// All of them as metrics of OTLP.
    var metrics: [Metric] {
        var output = OTLPMetrics(since: start, at: .now)
        write(to: &output)
        return output.metrics
    }

    /// Writes all of them as they stand.
    func write(to output: inout some MetricOutput) {
        let snapshot = pipeline.statistics.snapshot
        func receiver(_ transport: Transport) -> [(String, String)] {
            [("receiver", "otlp"), ("transport", transport.rawValue)]
        }
        let exporter = [("exporter", "clickhouse")]
        for signal in Signal.allCases {
            let items = Transport.allCases.map { transport in
                (
                    labels: receiver(transport),
                    counts: snapshot.received[.init(signal: signal, transport: transport)] ?? .init()
                )
            }
            let tables = Table.allCases.filter { $0.signal == signal }.compactMap { snapshot.rows[$0] }
            let name = signal.rawValue
            output.family(
                "otelcol_receiver_accepted_\(name)",
                .counter,
                unit: "{item}",
                "Items taken, and kept until they are written."
            )
            for (labels, counts) in items {
                output.sample(labels, counts.accepted)
            }
            output.family("otelcol_receiver_refused_\(name)", .counter, unit: "{item}", "Items not taken.")
            for (labels, counts) in items { output.sample(labels, counts.refused) }
            output.family(
                "otelcol_exporter_sent_\(name)",
                .counter,
                unit: "{item}",
                "Items that ClickHouse has stored."
            )
            output.sample(exporter, tables.reduce(0) { $0 + $1.written })
            output.family("otelcol_exporter_send_failed_\(name)", .counter, unit: "{item}", "Items given up.")
            output.sample(exporter, tables.reduce(0) { $0 + $1.dropped })
        }
        output.family(
            "otelcol_exporter_queue_size",
            .gauge,
            unit: "{item}",
            "Items in the log that are not stored yet."
        )
        for (signal, gauge) in pipeline.gauges {
            let labels = exporter + [("signal", signal.rawValue)]
            output.sample(labels, gauge.reading.items)
        }
        output.family("otelcol_exporter_queue_bytes", .gauge, unit: "By", "Bytes of the memory budget in use.")
        output.sample(exporter, pipeline.budget.usedBytes)
        output.family("otelcol_exporter_queue_capacity_bytes", .gauge, unit: "By", "The memory budget in bytes.")
        output.sample(exporter, pipeline.budget.capacity)
        output.family(
            "otelcol_receiver_refused_requests",
            .counter,
            unit: "{request}",
            "Requests not taken, by reason."
        )
        for (refused, count) in snapshot.refusedRequests.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let labels =
                receiver(refused.transport) + [("signal", refused.signal.rawValue), ("reason", refused.reason)]
            output.sample(labels, count)
        }
        output.family(
            "otelcol_receiver_rejected_items",
            .counter,
            unit: "{item}",
            "Items that cannot be stored, by reason."
        )
        for signal in Signal.allCases {
            for transport in Transport.allCases {
                for reason in Rejection.allCases {
                    let item = Statistics.RejectedItem(signal: signal, transport: transport, reason: reason)
                    let labels = receiver(transport) + [("signal", signal.rawValue), ("reason", reason.rawValue)]
                    output.sample(labels, snapshot.rejected[item] ?? 0)
                }
            }
        }
        output.family(
            "otelcol_receiver_http2_excesses",
            .counter,
            unit: "{excess}",
            "What clients of HTTP/2 did beyond what is allowed."
        )
        let excesses = receivers.map(\.http2Excesses)
        for excess in HTTP2Excess.allCases {
            let count = excesses.reduce(0) { $0 + $1[excess, default: 0] }
            output.sample([("reason", excess.rawValue)], count)
        }
        for signal in [Signal.spans, .metricPoints] {
            let name = "otelcol_own_\(signal.rawValue)"
            output.family("\(name)_kept", .counter, unit: "{item}", "Items of the collector's own that the log has.")
            output.sample([], snapshot.ownKept[signal] ?? 0)
            output.family("\(name)_dropped", .counter, unit: "{item}", "Items of its own for which there was no room.")
            output.sample([], snapshot.ownDropped[signal] ?? 0)
        }
        tableMetrics(snapshot, to: &output)
        logMetrics(to: &output)
        if let memory = ResidentMemory.now {
            output.family("otelcol_process_memory_rss", .gauge, unit: "By", "Resident memory in bytes.")
            output.sample([], memory.bytes)
        }
    }
}
