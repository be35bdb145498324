import Logging
import OTLP
import ServiceLifecycle

/// Everything between the receiver and ClickHouse: a queue and a writer for each table, under one memory budget.
///
/// On graceful shutdown it writes what is left, within a deadline.
struct Pipeline: Service {
    let budget: MemoryBudget
    let statistics: Statistics
    private let flushTimeout: Duration
    private let traces: TableWriter<SpanRows>
    private let logs: TableWriter<LogRows>
    private let replays: TableWriter<ReplayRows>
    private let gauges: TableWriter<GaugeRows>
    private let sums: TableWriter<SumRows>
    private let histograms: TableWriter<HistogramRows>
    private let exponentialHistograms: TableWriter<ExponentialHistogramRows>
    private let summaries: TableWriter<SummaryRows>

    init(
        clickHouse: ClickHouseClient,
        budget: MemoryBudget,
        limits: BatchLimits,
        flushTimeout: Duration,
        statistics: Statistics,
        logger: Logger
    ) {
        func writer<Block: RowBlock>(_ type: Block.Type) -> TableWriter<Block> {
            TableWriter(
                queue: BatchQueue(limits: limits),
                clickHouse: clickHouse,
                budget: budget,
                statistics: statistics,
                logger: logger
            )
        }
        self.budget = budget
        self.statistics = statistics
        self.flushTimeout = flushTimeout
        traces = writer(SpanRows.self)
        logs = writer(LogRows.self)
        replays = writer(ReplayRows.self)
        gauges = writer(GaugeRows.self)
        sums = writer(SumRows.self)
        histograms = writer(HistogramRows.self)
        exponentialHistograms = writer(ExponentialHistogramRows.self)
        summaries = writer(SummaryRows.self)
    }

    // MARK: Taking

    /// Keeps spans. When this returns they are in memory, within the budget, until ClickHouse has them.
    func accept(_ batch: SpanBatch, _ reservation: inout Reservation) async throws(BudgetError) {
        try reservation.grow(to: reservation.bytes + batch.estimatedSize)
        reservation.handOver(
            await traces.queue.append { rows in
                for (source, spans) in batch.groups { rows.append(spans, from: source) }
            }
        )
    }

    /// Keeps log records.
    func accept(_ batch: LogBatch, _ reservation: inout Reservation) async throws(BudgetError) {
        try reservation.grow(to: reservation.bytes + batch.estimatedSize)
        var bytes = 0
        if !batch.logs.isEmpty {
            bytes += await logs.queue.append { rows in
                for (source, records) in batch.logs { rows.append(records, from: source) }
            }
        }
        if !batch.replays.isEmpty {
            bytes += await replays.queue.append { rows in
                for (source, records) in batch.replays { rows.append(records, from: source) }
            }
        }
        reservation.handOver(bytes)
    }

    /// Keeps metrics, each kind for its table.
    func accept(_ batch: MetricBatch, _ reservation: inout Reservation) async throws(BudgetError) {
        try reservation.grow(to: reservation.bytes + batch.estimatedSize)
        var bytes = await append(batch.gauges, to: gauges) { $0.append($1, of: $2, from: $3) }
        bytes += await append(batch.sums, to: sums) { $0.append($1, of: $2, from: $3) }
        bytes += await append(batch.histograms, to: histograms) { $0.append($1, of: $2, from: $3) }
        bytes += await append(batch.exponentialHistograms, to: exponentialHistograms) {
            $0.append($1, of: $2, from: $3)
        }
        bytes += await append(batch.summaries, to: summaries) { $0.append($1, of: $2, from: $3) }
        reservation.handOver(bytes)
    }

    private func append<Block: RowBlock, Kind: Sendable>(
        _ group: [MetricBatch.Entry<Kind>],
        to writer: TableWriter<Block>,
        _ add: @Sendable (inout Block, Kind, Metric, TelemetrySource) -> Void
    ) async -> Int {
        guard !group.isEmpty else { return 0 }
        return await writer.queue.append { rows in
            for entry in group { add(&rows, entry.data, entry.metric, entry.source) }
        }
    }

    // MARK: Running

    func run() async throws {
        enum Ended { case writer, deadline }
        await withTaskGroup(of: Ended.self) { group in
            for run in writers {
                group.addTask {
                    await run()
                    return .writer
                }
            }
            group.addTask {
                try? await gracefulShutdown()
                await stop()
                try? await Task.sleep(for: flushTimeout)
                return .deadline
            }
            var writing = writers.count
            while writing > 0, await group.next() == .writer { writing -= 1 }
            // What is left when the deadline comes is dropped: cancelled writers count it.
            group.cancelAll()
        }
    }

    private var writers: [@Sendable () async -> Void] {
        [
            traces.run, logs.run, replays.run, gauges.run, sums.run, histograms.run, exponentialHistograms.run,
            summaries.run,
        ]
    }

    private func stop() async {
        await traces.queue.stop()
        await logs.queue.stop()
        await replays.queue.stop()
        await gauges.queue.stop()
        await sums.queue.stop()
        await histograms.queue.stop()
        await exponentialHistograms.queue.stop()
        await summaries.queue.stop()
    }

    /// How many rows wait for each table.
    func queuedRows() async -> [Table: Int] {
        [
            .traces: await traces.queue.rowCount, .logs: await logs.queue.rowCount,
            .replays: await replays.queue.rowCount, .gauge: await gauges.queue.rowCount,
            .sum: await sums.queue.rowCount,
            .histogram: await histograms.queue.rowCount,
            .exponentialHistogram: await exponentialHistograms.queue.rowCount,
            .summary: await summaries.queue.rowCount,
        ]
    }
}
