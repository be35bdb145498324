import Exposition
import ServiceKit

extension Figures {
    /// What the write-ahead logs hold.
    func logMetrics(to output: inout some MetricOutput) {
        let logs = pipeline.gauges.map { (labels: [("signal", $0.signal.rawValue)], reading: $0.gauge.reading) }
        output.family("otelcol_log_bytes", .gauge, unit: "By", "Bytes in the write-ahead log.")
        for log in logs { output.sample(log.labels, log.reading.bytes) }
        output.family("otelcol_log_capacity_bytes", .gauge, unit: "By", "How many bytes the write-ahead log may have.")
        for log in logs { output.sample(log.labels, log.reading.limit) }
        output.family(
            "otelcol_log_oldest_seconds",
            .gauge,
            unit: "s",
            "Age of the oldest request that is not stored yet."
        )
        let now = UInt64.now
        for log in logs {
            let age = log.reading.oldestArrival.map { now > $0 ? Double(now - $0) / 1e9 : 0 } ?? 0
            output.sample(log.labels, age)
        }
        output.family(
            "otelcol_log_lost_records",
            .counter,
            unit: "{record}",
            "Records that were damaged when the log was opened."
        )
        for log in logs { output.sample(log.labels, log.reading.lostRecords) }
        output.family("otelcol_log_failures", .counter, unit: "{request}", "Requests that the log did not take.")
        for log in logs { output.sample(log.labels, log.reading.failures) }
        output.family(
            "otelcol_log_sync_duration_seconds",
            .histogram,
            unit: "s",
            "How long bringing the log to the disk took."
        )
        for log in logs { output.histogram(log.labels, log.reading.syncs) }
    }

    /// What became of the rows of each table.
    func tableMetrics(_ snapshot: Statistics.Snapshot, to output: inout some MetricOutput) {
        let tables = Table.allCases.map { table in
            (labels: [("table", table.rawValue)], rows: snapshot.rows[table] ?? .init())
        }
        output.family("otelcol_exporter_rows_written", .counter, unit: "{row}", "Rows that ClickHouse has stored.")
        for table in tables { output.sample(table.labels, table.rows.written) }
        output.family("otelcol_exporter_rows_dropped", .counter, unit: "{row}", "Rows given up.")
        for table in tables { output.sample(table.labels, table.rows.dropped) }
        output.family(
            "otelcol_exporter_insert_retries",
            .counter,
            unit: "{insert}",
            "Inserts that failed and are tried again."
        )
        for table in tables { output.sample(table.labels, table.rows.failedInserts) }
        output.family(
            "otelcol_exporter_insert_duration_seconds",
            .histogram,
            unit: "s",
            "How long inserts took, failed ones too."
        )
        for table in tables {
            output.histogram(table.labels, table.rows.durations)
        }
        output.family("otel_received_spans_total", .counter, unit: "{span}", "Spans taken.")
        output.sample([], snapshot.items[.spans]?.accepted ?? 0)
        output.family("otel_storage_writes_total", .counter, unit: "{insert}", "Inserts that ClickHouse has stored.")
        for table in tables { output.sample(table.labels, table.rows.inserts) }
        output.family(
            "otel_storage_write_duration_seconds",
            .histogram,
            unit: "s",
            "How long inserts took, failed ones too."
        )
        for table in tables {
            output.histogram(table.labels, table.rows.durations)
        }
    }
}
