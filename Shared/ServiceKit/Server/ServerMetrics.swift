import Metrics
import Synchronization

/// What a server measures of its requests: the stable metrics of the semantic conventions, and beside them the names
/// that this shop's dashboards have always used.
///
/// Handles are kept by series, since making one for each request costs more than recording does. Series are few: methods
/// are a closed set and routes are templates.
final class ServerMetrics: Sendable {
    /// What tells one series from another.
    struct Series: Hashable {
        let method: String
        let route: String?
        let status: Int
    }

    /// A request that is being answered.
    struct InFlight: Sendable {
        fileprivate let active: Meter

        func end() { active.decrement(by: 1) }
    }

    fileprivate struct Instruments {
        let duration: Timer
        let durationMilliseconds: Recorder
        let responseTime: Recorder
        let responseSize: Recorder
        let requests: Counter
    }

    private let active = Meter(
        label: "http.server.active_requests",
        dimensions: [("url.scheme", "http")]
    )
    private let instruments = Mutex<[Series: Instruments]>([:])

    func begin() -> InFlight {
        active.increment(by: 1)
        return InFlight(active: active)
    }

    func record(_ series: Series, duration: Duration, responseBytes: Int) {
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
            ("http.response.status_code", String(series.status)),
            ("network.protocol.version", "1.1"),
        ]
        if let route = series.route { dimensions.append(("http.route", route)) }
        if series.status >= 500 { dimensions.append(("error.type", String(series.status))) }
        let plain = [
            ("method", series.method), ("endpoint", series.route ?? "unmatched"), ("status", String(series.status)),
        ]
        duration = Timer(label: "http.server.request.duration", dimensions: dimensions)
        durationMilliseconds = Recorder(label: "http.server.duration", dimensions: dimensions)
        responseSize = Recorder(label: "http.server.response.size", dimensions: dimensions)
        responseTime = Recorder(label: "http_response_time_ms", dimensions: plain)
        requests = Counter(label: "http_requests_total", dimensions: plain)
    }
}
