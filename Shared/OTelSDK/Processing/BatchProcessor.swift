/// Takes batches off a queue and has them exported: when a batch is full, or when the oldest record has waited long
/// enough (OpenTelemetry specification, Batching processor).
struct BatchProcessor<Record: Sendable>: Sendable {
    let queue: BatchQueue<Record>
    /// What the records are called in messages.
    let noun: String
    let export: @Sendable ([Record], ContinuousClock.Instant) async -> ExportResult

    /// How long one batch may take, retries included.
    private let exportTimeout: Duration = .seconds(30)

    /// Exports until the queue is closed, and then what is left, until the deadline.
    func run(shutdownTimeout: Duration) async {
        while !queue.isClosed {
            await queue.bell.wait(for: queue.limits.scheduleDelay)
            guard !queue.isClosed else { break }
            await exportAll(until: nil)
        }
        await exportAll(until: .now + shutdownTimeout)
    }

    private func exportAll(until deadline: ContinuousClock.Instant?) async {
        while case let batch = queue.takeBatch(), !batch.isEmpty {
            let limit = deadline ?? .now + exportTimeout
            guard limit > .now else {
                Diagnostics.report("\(batch.count) \(noun) were not exported before shutdown")
                continue
            }
            switch await export(batch, limit) {
            case .success: break
            case .partial(let rejected, let message):
                Diagnostics.report("the backend refused \(rejected) \(noun): \(message)")
            case .failure(let reason): Diagnostics.report("\(batch.count) \(noun) were not exported: \(reason)")
            }
        }
        let dropped = queue.takeDropped()
        if dropped > 0 { Diagnostics.report("\(dropped) \(noun) were dropped: the queue was full") }
    }
}
