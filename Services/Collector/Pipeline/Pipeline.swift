import ClickHouseHTTP
import Logging
import ServiceKit
import ServiceLifecycle

/// Everything between the receiver and ClickHouse: a log and a lane for each signal, under one memory budget.
///
/// On graceful shutdown it stores what is left, within a deadline; what remains stays in the log for the next start.
struct Pipeline: Service {
    let budget: MemoryBudget
    let statistics: Statistics
    let spans: Lane<Spans>
    let logs: Lane<LogRecords>
    let metrics: Lane<MetricPoints>
    /// Makes the collector's own telemetry.
    private let own: OwnTelemetry
    private let metricsInterval: Duration
    private let retention: Int
    /// The collector's own spans, if it makes any. They stop before the pipeline, which stores the last ones.
    let ownTraces: OwnTraces?
    /// Makes them.
    let tracing: SelfTracing?
    private let workers: Int
    private let flushTimeout: Duration
    private let logger: Logger

    /// Opens the logs.
    ///
    /// - Throws: ``LogError`` when the folder cannot be used; an error of the SDK when a variable of it cannot.
    init(_ configuration: CollectorConfiguration, logger: Logger) throws {
        let folder = try LogFolder(configuration.logFolder)
        let budget = MemoryBudget(capacity: configuration.queueBytes)
        let statistics = Statistics()
        let inserter = TableInserter(
            clickHouse: ClickHouseClient(
                configuration.clickHouse,
                timeout: configuration.insertTimeout,
                // Old timestamps may spread over many days; refusing them would block all the others.
                settings: ["max_partitions_per_insert_block": "0"]
            ),
            statistics: statistics,
            logger: logger
        )
        func log(_ signal: Signal, share: Int) throws(LogError) -> WriteAheadLog {
            var limits = configuration.log
            limits.bytes = limits.bytes / 4 * share
            limits.segmentBytes = min(limits.segmentBytes, max(limits.bytes / 8, 4_096))
            return try WriteAheadLog(
                folder: try folder.segments(of: signal),
                limits: limits,
                batches: configuration.batches,
                budget: budget,
                logger: logger
            )
        }
        // One signal whose table is missing must not use up the log of the others.
        let spanLog = try log(.spans, share: 2)
        own = try configuration.ownTelemetry()
        let ownSpans = OwnTelemetryStore<Spans>(
            log: spanLog,
            budget: budget,
            statistics: statistics,
            retention: configuration.retention
        )
        ownTraces = configuration.tracesPerSecond > 0 ? try own.traces(ownSpans.keep) : nil
        let tracing = ownTraces.map { SelfTracing($0.tracer, perSecond: configuration.tracesPerSecond) }
        func lane<Kind: Telemetry>(_ log: WriteAheadLog) -> Lane<Kind> {
            Lane(
                log: log,
                collectorID: folder.collectorID,
                inserter: inserter,
                budget: budget,
                retention: configuration.retention,
                tracing: tracing,
                logger: logger
            )
        }
        self.budget = budget
        self.statistics = statistics
        self.logger = logger
        self.folder = folder
        workers = configuration.workers
        metricsInterval = configuration.metricsInterval
        retention = configuration.retention
        flushTimeout = configuration.shutdownTimeout
        self.tracing = tracing
        spans = lane(spanLog)
        logs = lane(try log(.logRecords, share: 1))
        metrics = lane(try log(.metricPoints, share: 1))
    }

    /// Held as long as the pipeline: it keeps other collectors out.
    private let folder: LogFolder

    /// What the logs of the signals show.
    var gauges: [(signal: Signal, gauge: LogGauge)] {
        [(.spans, spans.log.gauge), (.logRecords, logs.log.gauge), (.metricPoints, metrics.log.gauge)]
    }

    /// What puts the collector's own figures into the log of metrics; `nil` when nothing does. It stops before the
    /// pipeline, too.
    func ownMetrics(_ figures: Figures) -> OwnMetrics? {
        guard metricsInterval > .zero else { return nil }
        let store = OwnTelemetryStore<MetricPoints>(
            log: metrics.log,
            budget: budget,
            statistics: statistics,
            retention: retention
        )
        return own.metrics(every: metricsInterval, { figures.metrics }, store: store.keep)
    }

    /// How many items are not stored yet.
    var queuedItems: Int { gauges.reduce(0) { $0 + $1.gauge.reading.items } }

    func run() async throws {
        enum Ended { case worker, deadline }
        await withTaskGroup(of: Ended.self) { group in
            for work in [spans.run, logs.run, metrics.run] as [@Sendable () async -> Void] {
                for _ in 0..<workers {
                    group.addTask {
                        await work()
                        return .worker
                    }
                }
            }
            group.addTask {
                try? await gracefulShutdown()
                await stop()
                try? await Task.sleep(for: flushTimeout)
                return .deadline
            }
            var working = workers * 3
            while working > 0, await group.next() == .worker { working -= 1 }
            group.cancelAll()
        }
        await spans.log.close()
        await logs.log.close()
        await metrics.log.close()
        let left = queuedItems
        if left > 0 { logger.warning("\(left) items stay in the log: ClickHouse gets them after the next start.") }
    }

    private func stop() async {
        await spans.log.stop()
        await logs.log.stop()
        await metrics.log.stop()
    }
}
