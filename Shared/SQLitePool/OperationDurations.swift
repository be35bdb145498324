import CoreMetrics
import Synchronization

/// `db.client.operation.duration`, with handles kept by series.
final class OperationDurations: Sendable {
    private struct Series: Hashable {
        let operation: String
        let collection: String
        let errorType: String?
    }

    private let namespace: String
    private let timers = Mutex<[Series: Timer]>([:])

    init(namespace: String) {
        self.namespace = namespace
    }

    func record(_ operation: DatabaseOperation, errorType: String?, _ duration: Duration) {
        let series = Series(operation: operation.name, collection: operation.collection, errorType: errorType)
        let timer = timers.withLock { timers in
            if let timer = timers[series] { return timer }
            var dimensions = [
                ("db.system.name", "sqlite"),
                ("db.namespace", namespace),
                ("db.operation.name", series.operation),
                ("db.collection.name", series.collection),
            ]
            if let errorType { dimensions.append(("error.type", errorType)) }
            let timer = Timer(label: "db.client.operation.duration", dimensions: dimensions)
            timers[series] = timer
            return timer
        }
        timer.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }
}
