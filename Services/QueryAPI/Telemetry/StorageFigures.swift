import Metrics
import ServiceKit
import Synchronization

/// Asks ClickHouse for its own figures and tells them as metrics, so that they can be charted beside all others: the
/// size of each table, and a choice of what the server counts, under the names of ClickHouse's Prometheus endpoint.
///
/// System tables are the same for a server, for ClickHouse Cloud and for the embedded engine, which has no such endpoint.
final class StorageFigures: Sendable {
    /// What these metrics mean. What ClickHouse counts has no unit here, since it would become part of the name.
    static let metrics = [
        ServiceMetric("clickhouse.table.rows", unit: "{row}", "Rows of a table."),
        ServiceMetric("clickhouse.table.parts", unit: "{part}", "Active parts of a table."),
        ServiceMetric("clickhouse.table.size", unit: "By", "Bytes of a table on disk."),
        ServiceMetric("clickhouse.table.uncompressed_size", unit: "By", "Bytes of a table before compression."),
        ServiceMetric("clickhouse.disk.free", unit: "By", "Bytes that are free on a disk of ClickHouse."),
        ServiceMetric("clickhouse.disk.size", unit: "By", "Bytes of a disk of ClickHouse."),
    ]

    private static let tables: SQL = """
        SELECT table, toFloat64(sum(rows)), toFloat64(count()), toFloat64(sum(bytes_on_disk)),
            toFloat64(sum(data_uncompressed_bytes))
        FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table
        """

    private static let disks: SQL = """
        SELECT name, toFloat64(free_space), toFloat64(total_space) FROM system.disks WHERE type = 'Local' ORDER BY name
        """

    private static let gauges: SQL = """
        SELECT concat('ClickHouseMetrics_', metric), toFloat64(value) FROM system.metrics
        WHERE metric IN ('Query', 'Merge', 'MemoryTracking', 'TCPConnection', 'HTTPConnection', 'DelayedInserts')
        ORDER BY metric
        """

    private static let counters: SQL = """
        SELECT concat('ClickHouseProfileEvents_', event), toFloat64(value) FROM system.events
        WHERE event IN ('Query', 'SelectQuery', 'InsertQuery', 'FailedQuery', 'InsertedRows', 'InsertedBytes',
            'SelectedRows', 'SelectedBytes', 'MergedRows', 'MergedUncompressedBytes', 'DelayedInserts', 'RejectedInserts',
            'OSCPUVirtualTimeMicroseconds')
        ORDER BY event SETTINGS system_events_show_zero_values = 1
        """

    private let database: TelemetryDatabase
    private let counted = Mutex<[String: Double]>([:])

    init(database: TelemetryDatabase) {
        self.database = database
    }

    /// Asks once.
    ///
    /// - Throws: `ClickHouseError`, `QueryFailure`.
    func tell() async throws {
        var tables = try await database.rows(Self.tables)
        while !tables.isAtEnd {
            let labels = [("table", try tables.text())]
            for name in ["rows", "parts", "size", "uncompressed_size"] {
                Gauge(label: "clickhouse.table.\(name)", dimensions: labels).record(try tables.double())
            }
        }
        var disks = try await database.rows(Self.disks)
        while !disks.isAtEnd {
            let labels = [("disk", try disks.text())]
            for name in ["free", "size"] {
                Gauge(label: "clickhouse.disk.\(name)", dimensions: labels).record(try disks.double())
            }
        }
        var gauges = try await database.rows(Self.gauges)
        while !gauges.isAtEnd { Gauge(label: try gauges.text()).record(try gauges.double()) }
        var counters = try await database.rows(Self.counters)
        while !counters.isAtEnd { count(try counters.text(), try counters.double()) }
    }

    /// ClickHouse tells counts since its own start. What was counted before the first look is left out, and a count that
    /// fell began anew.
    private func count(_ name: String, _ value: Double) {
        let last = counted.withLock { $0.updateValue(value, forKey: name) } ?? value
        FloatingPointCounter(label: name).increment(by: value < last ? value : value - last)
    }
}
