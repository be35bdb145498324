import HTTPCore
import Metrics
import Synchronization

/// The metrics of a server's requests: the stable ones of the semantic conventions, and the names
/// that the shop's own dashboards use.
///
/// Handles are kept by series, since making one for each request costs more than recording does. Series are few:
/// methods are a closed set and routes are templates.
final class ServerMetrics: Sendable {
    /// The attributes of a series.
    struct Series: Hashable {
        let method: String
        let route: String?
        let version: HTTPVersion
        /// `nil` when there was no response.
        var status: Int?
        var errorType: String?
    }

    fileprivate struct Instruments {
        let duration: Timer
        let durationMilliseconds: Recorder
        let responseTime: Recorder
        let responseSize: Recorder
        let requests: Counter
    }

    /// Requests that are being answered, by method.
    private let active: [String: Meter]
    private let instruments = Mutex<[Series: Instruments]>([:])

    init() {
        active = Dictionary(
            uniqueKeysWithValues: KnownMethod.attributes.map { method in
                let dimensions = [("http.request.method", method), ("url.scheme", "http")]
                return (method, Meter(label: "http.server.active_requests", dimensions: dimensions))
            }
        )
    }

    /// Counts a request as active.
    func began(_ method: String) { active[method]?.increment(by: 1) }

    /// Records a request that ended, with or without a response.
    func ended(_ series: Series, duration: Duration, responseBytes: Int) {
        active[series.method]?.decrement(by: 1)
        let handles = instruments.withLock { known in
            if let handles = known[series] { return handles }
            let handles = Instruments(of: series)
            known[series] = handles
            return handles
        }
        let milliseconds = duration / .milliseconds(1)
        handles.duration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
        handles.durationMilliseconds.record(milliseconds)
        handles.responseTime.record(milliseconds)
        handles.responseSize.record(responseBytes)
        handles.requests.increment()
    }
}

extension ServerMetrics.Instruments {
    fileprivate init(of series: ServerMetrics.Series) {
        var dimensions = [
            ("http.request.method", series.method),
            ("url.scheme", "http"),
            ("network.protocol.version", series.version.rawValue),
        ]
        if let status = series.status { dimensions.append(("http.response.status_code", String(status))) }
        if let route = series.route { dimensions.append(("http.route", route)) }
        if let errorType = series.errorType { dimensions.append(("error.type", errorType)) }
        let plain = [
            ("method", series.method), ("endpoint", series.route ?? "unmatched"),
            ("status", series.status.map { String($0) } ?? "none"),
        ]
        duration = Timer(label: "http.server.request.duration", dimensions: dimensions)
        durationMilliseconds = Recorder(label: "http.server.duration", dimensions: dimensions)
        responseSize = Recorder(label: "http.server.response.size", dimensions: dimensions)
        responseTime = Recorder(label: "http_response_time_ms", dimensions: plain)
        requests = Counter(label: "http_requests_total", dimensions: plain)
    }
}
