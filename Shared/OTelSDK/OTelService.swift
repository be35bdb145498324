public import ServiceLifecycle

/// Exports what the SDK records, as long as it runs, and flushes when it is told to stop.
///
/// Put it first in the service group: it then stops last, when nothing records any more.
public struct OTelService: Service {
    private let pipelines: [Pipeline]

    /// One signal's way out.
    struct Pipeline: Sendable {
        let run: @Sendable () async -> Void
        let close: @Sendable () -> Void
    }

    init(pipelines: [Pipeline]) {
        self.pipelines = pipelines
    }

    /// Exports until graceful shutdown or cancellation, then flushes within the configured time.
    public func run() async throws {
        guard !pipelines.isEmpty else {
            try? await gracefulShutdown()
            return
        }
        // Flushing must go on although the group that runs this may be cancelled already.
        let work = Task { [pipelines] in
            await withDiscardingTaskGroup { group in
                for pipeline in pipelines { group.addTask { await pipeline.run() } }
            }
        }
        await withTaskCancellationOrGracefulShutdownHandler {
            await work.value
        } onCancelOrGracefulShutdown: { [pipelines] in
            for pipeline in pipelines { pipeline.close() }
        }
    }
}
