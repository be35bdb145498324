import HTTPCore
import HTTPTypes
import ServiceKit

/// What operators ask the collector: `GET /metrics` and `GET /health`.
struct Administration: Sendable {
    let pipeline: Pipeline

    /// Adds `/metrics`, in Prometheus' text format, under the names that the OpenTelemetry Collector uses where it has
    /// such a metric.
    func addMetrics(to router: inout Router) {
        router.get("/metrics") { _, _ in
            let text = metrics(await pipeline.queuedRows())
            return Response(status: .ok, headers: [.contentType: "text/plain; version=0.0.4"], body: .text(text))
        }
    }

    /// Adds `/health`: the collector serves. Whether ClickHouse takes rows is said beside that, and is no reason to
    /// restart the collector, which holds them.
    func addHealth(to router: inout Router) {
        router.get("/health") { _, _ in
            let rows = await pipeline.queuedRows().values.reduce(0, +)
            let isFailing = pipeline.statistics.snapshot.rows.values.contains { $0.isFailing }
            let text =
                #"{"status":"ok","service":"collector","clickhouse":"\#(isFailing ? "failing" : "ok")","#
                + #""queued_rows":\#(rows),"queue_bytes":\#(pipeline.budget.usedBytes)}"#
            return Response(status: .ok, headers: [.contentType: "application/json"], body: .text(text))
        }
    }

    private func metrics(_ queued: [Table: Int]) -> String {
        let snapshot = pipeline.statistics.snapshot
        var output = PrometheusText()
        let receiver = [("receiver", "otlp"), ("transport", "http")]
        let exporter = [("exporter", "clickhouse")]
        for signal in Signal.allCases {
            let items = snapshot.items[signal] ?? .init()
            let tables = Table.allCases.filter { $0.signal == signal }.compactMap { snapshot.rows[$0] }
            let name = signal.rawValue
            output.family(
                "otelcol_receiver_accepted_\(name)",
                .counter,
                "Items taken, and kept until they are written."
            )
            output.sample("otelcol_receiver_accepted_\(name)", receiver, items.accepted)
            output.family("otelcol_receiver_refused_\(name)", .counter, "Items not taken.")
            output.sample("otelcol_receiver_refused_\(name)", receiver, items.refused)
            output.family("otelcol_exporter_sent_\(name)", .counter, "Items that ClickHouse has stored.")
            output.sample("otelcol_exporter_sent_\(name)", exporter, tables.reduce(0) { $0 + $1.written })
            output.family("otelcol_exporter_send_failed_\(name)", .counter, "Items given up.")
            output.sample("otelcol_exporter_send_failed_\(name)", exporter, tables.reduce(0) { $0 + $1.dropped })
        }
        output.family("otelcol_exporter_queue_size", .gauge, "Rows that wait for an insert.")
        for table in Table.allCases {
            output.sample("otelcol_exporter_queue_size", exporter + [("table", table.rawValue)], queued[table] ?? 0)
        }
        output.family("otelcol_exporter_queue_bytes", .gauge, "Bytes of the memory budget in use.")
        output.sample("otelcol_exporter_queue_bytes", exporter, pipeline.budget.usedBytes)
        output.family("otelcol_exporter_queue_capacity_bytes", .gauge, "The memory budget in bytes.")
        output.sample("otelcol_exporter_queue_capacity_bytes", exporter, pipeline.budget.capacity)
        output.family("otelcol_receiver_refused_requests", .counter, "Requests not taken, by reason.")
        for (refused, count) in snapshot.refusedRequests.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let labels = receiver + [("signal", refused.signal.rawValue), ("reason", refused.reason)]
            output.sample("otelcol_receiver_refused_requests", labels, count)
        }
        output.family("otelcol_receiver_rejected_items", .counter, "Items that cannot be stored, by reason.")
        for signal in Signal.allCases {
            for reason in Rejection.allCases {
                let count = snapshot.rejected[.init(signal: signal, reason: reason)] ?? 0
                let labels = receiver + [("signal", signal.rawValue), ("reason", reason.rawValue)]
                output.sample("otelcol_receiver_rejected_items", labels, count)
            }
        }
        tableMetrics(snapshot, to: &output)
        if let memory = ResidentMemory.now {
            output.family("otelcol_process_memory_rss", .gauge, "Resident memory in bytes.")
            output.sample("otelcol_process_memory_rss", [], memory.bytes)
        }
        return output.text
    }

    private func tableMetrics(_ snapshot: Statistics.Snapshot, to output: inout PrometheusText) {
        let tables = Table.allCases.map { table in
            (labels: [("table", table.rawValue)], rows: snapshot.rows[table] ?? .init())
        }
        output.family("otelcol_exporter_rows_written", .counter, "Rows that ClickHouse has stored.")
        for table in tables { output.sample("otelcol_exporter_rows_written", table.labels, table.rows.written) }
        output.family("otelcol_exporter_rows_dropped", .counter, "Rows given up.")
        for table in tables { output.sample("otelcol_exporter_rows_dropped", table.labels, table.rows.dropped) }
        output.family("otelcol_exporter_insert_retries", .counter, "Inserts that failed and are tried again.")
        for table in tables { output.sample("otelcol_exporter_insert_retries", table.labels, table.rows.failedInserts) }
        output.family("otelcol_exporter_insert_duration_seconds", .histogram, "How long inserts took, failed ones too.")
        for table in tables {
            output.histogram("otelcol_exporter_insert_duration_seconds", table.labels, table.rows.durations)
        }
    }
}
