import ClickHouseHTTP
import FoundationEssentials
import Metrics
import Synchronization
import Tracing

/// Summarizes and scores the traces that have ended, window by window.
///
/// Where it was is the last trace it summarized, read from ClickHouse when the process starts.
final class TraceSummarizer: Sendable {
    private let clickHouse: ClickHouseClient
    private let patience: Duration
    private let summarized = Mutex<Int64?>(nil)
    private let windows = Counter(label: "trace.summaries")
    private let lag = Gauge(label: "trace.summary.lag")

    private static let summarize = String(decoding: PackageResources.summarize_traces_sql, as: UTF8.self)
    private static let learn = String(decoding: PackageResources.learn_durations_sql, as: UTF8.self)

    init(clickHouse: ClickHouseClient, patience: Duration) {
        self.clickHouse = clickHouse
        self.patience = patience
    }

    /// Works off every window there is.
    ///
    /// - Throws: `ClickHouseError`; the next round begins with the same window.
    func round() async throws {
        while !Task.isCancelled {
            let place = try await place()
            guard
                let window = SummaryWindow.next(after: place.summarized, earliest: place.earliest, whole: place.whole)
            else { return }
            try await withSpan("summarize_traces") { span in
                span.attributes["window.seconds"] = Double(window.until - window.from) / 1_000
                try await run(Self.summarize, "summary", window)
                try await run(Self.learn, "durations", window)
            }
            summarized.withLock { $0 = window.until }
            windows.increment()
            lag.record(Double(place.whole - window.until) / 1_000)
            // A short window would cost as much as a long one.
            if window.until == place.whole { return }
        }
    }

    private struct Place: Decodable {
        let summarized: Int64?
        let earliest: Int64?
        let whole: Int64
    }

    private func place() async throws(ClickHouseError) -> Place {
        let known = summarized.withLock { $0 }
        // ClickHouse's own clock: it stamps nothing, but one clock is enough.
        let place: Place = try await clickHouse.row(
            """
            SELECT
                \(known.map { "toNullable(toInt64(\($0)))" } ?? "(SELECT toUnixTimestamp64Milli(max(Timestamp)) FROM trace_summaries HAVING count() > 0)") AS summarized,
                (SELECT toUnixTimestamp64Milli(min(Timestamp)) FROM otel_traces
                 WHERE Timestamp > now64(9) - toIntervalMillisecond({farthest:UInt32}) HAVING count() > 0) AS earliest,
                toUnixTimestamp64Milli(now64(3)) - {patience:Int64} AS whole
            """,
            parameters: [
                "farthest": ClickHouseParameter(SummaryWindow.farthest),
                "patience": ClickHouseParameter(Int64(patience / .milliseconds(1))),
            ]
        )
        return place
    }

    private func run(_ statement: String, _ name: String, _ window: SummaryWindow) async throws(ClickHouseError) {
        let from = ClickHouseParameter(window.from)
        let until = ClickHouseParameter(window.until)
        try await clickHouse.execute(
            ClickHouseStatement(
                statement,
                parameters: ["from": from, "until": until],
                settings: [
                    // One part, all or nothing; and the same window again is stored once.
                    "min_insert_block_size_rows": "10000000", "min_insert_block_size_bytes": "0",
                    "insert_deduplicate": "1", "insert_deduplication_token": "\(name)/\(window.from)",
                    "deduplicate_blocks_in_dependent_materialized_views": "1",
                    "max_threads": "1", "max_insert_threads": "1",
                ]
            )
        )
    }
}
