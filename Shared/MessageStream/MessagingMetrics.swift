import CoreMetrics
import Synchronization

/// The metrics of the messaging semantic conventions, with handles kept by series.
final class MessagingMetrics: Sendable {
    private struct Series: Hashable {
        let metric: String
        let operation: String
        let partition: Int?
        let errorType: String?
    }

    private let common: [(String, String)]
    private let timers = Mutex<[Series: Timer]>([:])
    private let counters = Mutex<[Series: Counter]>([:])

    init(_ stream: any MessageStream, group: String? = nil) {
        common =
            [("messaging.system", stream.system), ("messaging.destination.name", stream.name)]
            + (group.map { [("messaging.consumer.group.name", $0)] } ?? [])
    }

    /// `messaging.client.operation.duration` of a `send`, `messaging.process.duration` of a `process`.
    func record(_ operation: String, _ metric: String, partition: Int?, errorType: String?, _ duration: Duration) {
        let series = Series(metric: metric, operation: operation, partition: partition, errorType: errorType)
        let timer = timers.withLock { timers in
            if let timer = timers[series] { return timer }
            let timer = Timer(label: metric, dimensions: dimensions(series))
            timers[series] = timer
            return timer
        }
        timer.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    /// Counts one message.
    func count(_ operation: String, _ metric: String, partition: Int?, errorType: String? = nil) {
        let series = Series(metric: metric, operation: operation, partition: partition, errorType: errorType)
        let counter = counters.withLock { counters in
            if let counter = counters[series] { return counter }
            let counter = Counter(label: metric, dimensions: dimensions(series))
            counters[series] = counter
            return counter
        }
        counter.increment()
    }

    private func dimensions(_ series: Series) -> [(String, String)] {
        var dimensions = common + [("messaging.operation.name", series.operation)]
        if let partition = series.partition {
            dimensions.append(("messaging.destination.partition.id", String(partition)))
        }
        if let errorType = series.errorType { dimensions.append(("error.type", errorType)) }
        return dimensions
    }
}
