import HTTPCore
import HTTPTypes
import ServiceKit

/// What operators ask the collector: `GET /metrics` and `GET /health`.
struct Administration: Sendable {
    let pipeline: Pipeline

    /// Adds `/metrics`, in Prometheus' text format, under the names that the OpenTelemetry Collector uses where it has
    /// such a metric.
    ///
    /// - Parameter receivers: The servers whose clients' excesses are shown.
    func addMetrics(to router: inout Router, receivers: [HTTPServer]) {
        router.get("/metrics") { _, _ in
            let text = metrics(receivers)
            return Response(status: .ok, headers: [.contentType: "text/plain; version=0.0.4"], body: .text(text))
        }
    }

    /// Adds `/health`: the collector serves. Whether ClickHouse takes rows is said beside that, and is no reason to
    /// restart the collector, which holds them.
    func addHealth(to router: inout Router) {
        router.get("/health") { _, _ in
            let rows = pipeline.queuedItems
            let isFailing = pipeline.statistics.snapshot.rows.values.contains { $0.isFailing }
            let text =
                #"{"status":"ok","service":"collector","clickhouse":"\#(isFailing ? "failing" : "ok")","#
                + #""queued_rows":\#(rows),"queue_bytes":\#(pipeline.budget.usedBytes)}"#
            return Response(status: .ok, headers: [.contentType: "application/json"], body: .text(text))
        }
    }

    /// Adds `/ready`: whether requests are taken now. A full log or disk is a reason to send elsewhere; a ClickHouse that
    /// is away is none.
    func addReadiness(to router: inout Router) {
        router.get("/ready") { _, _ in
            let refusal = pipeline.gauges.lazy.compactMap { $0.gauge.refusal(of: 0) }.first
            guard let refusal else { return Response(status: .ok, body: .text("ready\n")) }
            return Response(status: .serviceUnavailable, headers: [.retryAfter: "1"], body: .text("\(refusal)\n"))
        }
    }

    private func metrics(_ receivers: [HTTPServer]) -> String {
        let snapshot = pipeline.statistics.snapshot
        var output = PrometheusText()
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
                "Items taken, and kept until they are written."
            )
            for (labels, counts) in items {
                output.sample("otelcol_receiver_accepted_\(name)", labels, counts.accepted)
            }
            output.family("otelcol_receiver_refused_\(name)", .counter, "Items not taken.")
            for (labels, counts) in items { output.sample("otelcol_receiver_refused_\(name)", labels, counts.refused) }
            output.family("otelcol_exporter_sent_\(name)", .counter, "Items that ClickHouse has stored.")
            output.sample("otelcol_exporter_sent_\(name)", exporter, tables.reduce(0) { $0 + $1.written })
            output.family("otelcol_exporter_send_failed_\(name)", .counter, "Items given up.")
            output.sample("otelcol_exporter_send_failed_\(name)", exporter, tables.reduce(0) { $0 + $1.dropped })
        }
        output.family("otelcol_exporter_queue_size", .gauge, "Items in the log that are not stored yet.")
        for (signal, gauge) in pipeline.gauges {
            let labels = exporter + [("signal", signal.rawValue)]
            output.sample("otelcol_exporter_queue_size", labels, gauge.reading.items)
        }
        output.family("otelcol_exporter_queue_bytes", .gauge, "Bytes of the memory budget in use.")
        output.sample("otelcol_exporter_queue_bytes", exporter, pipeline.budget.usedBytes)
        output.family("otelcol_exporter_queue_capacity_bytes", .gauge, "The memory budget in bytes.")
        output.sample("otelcol_exporter_queue_capacity_bytes", exporter, pipeline.budget.capacity)
        output.family("otelcol_receiver_refused_requests", .counter, "Requests not taken, by reason.")
        for (refused, count) in snapshot.refusedRequests.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let labels =
                receiver(refused.transport) + [("signal", refused.signal.rawValue), ("reason", refused.reason)]
            output.sample("otelcol_receiver_refused_requests", labels, count)
        }
        output.family("otelcol_receiver_rejected_items", .counter, "Items that cannot be stored, by reason.")
        for signal in Signal.allCases {
            for transport in Transport.allCases {
                for reason in Rejection.allCases {
                    let item = Statistics.RejectedItem(signal: signal, transport: transport, reason: reason)
                    let labels = receiver(transport) + [("signal", signal.rawValue), ("reason", reason.rawValue)]
                    output.sample("otelcol_receiver_rejected_items", labels, snapshot.rejected[item] ?? 0)
                }
            }
        }
        output.family("otelcol_receiver_http2_excesses", .counter, "What clients of HTTP/2 did beyond what is allowed.")
        let excesses = receivers.map(\.http2Excesses)
        for excess in HTTP2Excess.allCases {
            let count = excesses.reduce(0) { $0 + $1[excess, default: 0] }
            output.sample("otelcol_receiver_http2_excesses", [("reason", excess.rawValue)], count)
        }
        output.family("otelcol_own_spans_kept", .counter, "Spans of the collector's own that the log has.")
        output.sample("otelcol_own_spans_kept", [], snapshot.ownSpansKept)
        output.family("otelcol_own_spans_dropped", .counter, "Spans of its own for which there was no room.")
        output.sample("otelcol_own_spans_dropped", [], snapshot.ownSpansDropped)
        tableMetrics(snapshot, to: &output)
        logMetrics(to: &output)
        if let memory = ResidentMemory.now {
            output.family("otelcol_process_memory_rss", .gauge, "Resident memory in bytes.")
            output.sample("otelcol_process_memory_rss", [], memory.bytes)
        }
        return output.text
    }

    private func logMetrics(to output: inout PrometheusText) {
        let logs = pipeline.gauges.map { (labels: [("signal", $0.signal.rawValue)], reading: $0.gauge.reading) }
        output.family("otelcol_log_bytes", .gauge, "Bytes in the write-ahead log.")
        for log in logs { output.sample("otelcol_log_bytes", log.labels, log.reading.bytes) }
        output.family("otelcol_log_capacity_bytes", .gauge, "How many bytes the write-ahead log may have.")
        for log in logs { output.sample("otelcol_log_capacity_bytes", log.labels, log.reading.limit) }
        output.family("otelcol_log_oldest_seconds", .gauge, "Age of the oldest request that is not stored yet.")
        let now = UInt64.now
        for log in logs {
            let age = log.reading.oldestArrival.map { now > $0 ? Double(now - $0) / 1e9 : 0 } ?? 0
            output.sample("otelcol_log_oldest_seconds", log.labels, age)
        }
        output.family("otelcol_log_lost_records", .counter, "Records that were damaged when the log was opened.")
        for log in logs { output.sample("otelcol_log_lost_records", log.labels, log.reading.lostRecords) }
        output.family("otelcol_log_failures", .counter, "Requests that the log did not take.")
        for log in logs { output.sample("otelcol_log_failures", log.labels, log.reading.failures) }
        output.family("otelcol_log_sync_duration_seconds", .histogram, "How long bringing the log to the disk took.")
        for log in logs { output.histogram("otelcol_log_sync_duration_seconds", log.labels, log.reading.syncs) }
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
        output.family("otel_received_spans_total", .counter, "Spans taken.")
        output.sample("otel_received_spans_total", [], snapshot.items[.spans]?.accepted ?? 0)
        output.family("otel_storage_writes_total", .counter, "Inserts that ClickHouse has stored.")
        for table in tables { output.sample("otel_storage_writes_total", table.labels, table.rows.inserts) }
        output.family("otel_storage_write_duration_seconds", .histogram, "How long inserts took, failed ones too.")
        for table in tables {
            output.histogram("otel_storage_write_duration_seconds", table.labels, table.rows.durations)
        }
    }
}
