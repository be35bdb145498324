import HTTPCore
import Metrics
import Synchronization

/// The metric of a client's calls: `http.client.request.duration` of the HTTP semantic conventions.
final class ClientMetrics: Sendable {
    struct Series: Hashable {
        let method: String
        /// `nil` when there was no answer.
        var version: HTTPVersion?
        var status: Int?
        var errorType: String?
    }

    private let origin: Origin
    private let timers = Mutex<[Series: Timer]>([:])

    init(origin: Origin) {
        self.origin = origin
    }

    func record(_ series: Series, duration: Duration) {
        let timer = timers.withLock { known in
            if let timer = known[series] { return timer }
            let timer = Timer(label: "http.client.request.duration", dimensions: dimensions(series))
            known[series] = timer
            return timer
        }
        timer.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    private func dimensions(_ series: Series) -> [(String, String)] {
        var dimensions = [
            ("http.request.method", series.method),
            ("server.address", origin.host),
            ("server.port", String(origin.port)),
            ("url.scheme", "http"),
        ]
        if let version = series.version { dimensions.append(("network.protocol.version", version.rawValue)) }
        if let status = series.status { dimensions.append(("http.response.status_code", String(status))) }
        if let errorType = series.errorType { dimensions.append(("error.type", errorType)) }
        return dimensions
    }
}
