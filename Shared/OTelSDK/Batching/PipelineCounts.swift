/// Counts of a pipeline's items by outcome.
final class PipelineCounts: Sendable {
    /// Why an item was dropped.
    enum Cause: Sendable {
        case queueFull
        case shutDown
    }

    let exported = StripedCounter()
    let failed = StripedCounter()
    private let droppedForSpace = StripedCounter()
    private let droppedAtShutdown = StripedCounter()

    func drop(_ count: Int, _ cause: Cause) {
        switch cause {
        case .queueFull: droppedForSpace.add(count)
        case .shutDown: droppedAtShutdown.add(count)
        }
    }

    var queueFull: Int { droppedForSpace.value }
    var shutDown: Int { droppedAtShutdown.value }
    /// All that were never given to the exporter.
    var dropped: Int { queueFull + shutDown }
}
