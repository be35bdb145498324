/// How a run went, interval by interval. Their number is bounded: when there are too many, two become one that lasts twice
/// as long.
struct TimeSeries: Sendable {
    /// One interval.
    struct Point: Sendable, Codable, Equatable {
        /// Seconds since the run began, at its start.
        var at: Double
        var started = 0
        var requests = 0
        var errors = 0
        /// Of corrected response times, in milliseconds; of merged intervals, the larger.
        var p50 = 0.0
        var p99 = 0.0
        var max = 0.0
        /// Of service times.
        var serviceP99 = 0.0

        enum CodingKeys: String, CodingKey {
            case at = "at_s"
            case started = "visits"
            case requests, errors
            case p50 = "p50_ms"
            case p99 = "p99_ms"
            case max = "max_ms"
            case serviceP99 = "service_p99_ms"
        }
    }

    /// The most points that are kept.
    static let capacity = 600

    /// What has ended.
    private(set) var points: [Point] = []
    /// Seconds in an interval.
    private(set) var interval = 1.0
    private var current = Point(at: 0)
    private var responseTime = LatencyHistogram()
    private var serviceTime = LatencyHistogram()

    /// The interval that ended last.
    var latest: Point? { points.last }

    /// Counts the start of a visit.
    mutating func started(at seconds: Double) {
        roll(to: seconds)
        current.started += 1
    }

    /// Counts a request that is over.
    mutating func count(_ record: RequestRecord, at seconds: Double) {
        roll(to: seconds)
        current.requests += 1
        if !record.isExpected { current.errors += 1 }
        guard case .status = record.outcome else { return }
        responseTime.record(record.responseTime)
        serviceTime.record(record.serviceTime)
    }

    /// Ends the intervals before a moment.
    mutating func roll(to seconds: Double) {
        while seconds >= current.at + interval {
            let next = current.at + interval
            finishCurrent()
            current = Point(at: next)
            if points.count == Self.capacity { halve() }
        }
    }

    /// Ends the interval that is under way.
    mutating func finish() {
        if current.requests + current.started > 0 { finishCurrent() }
    }

    private mutating func finishCurrent() {
        current.p50 = Double(responseTime.percentile(50)) / 1e6
        current.p99 = Double(responseTime.percentile(99)) / 1e6
        current.max = Double(responseTime.maximum) / 1e6
        current.serviceP99 = Double(serviceTime.percentile(99)) / 1e6
        points.append(current)
        if responseTime.count > 0 {
            responseTime.reset()
            serviceTime.reset()
        }
    }

    private mutating func halve() {
        points = stride(from: 0, to: points.count, by: 2).map { index in
            var merged = points[index]
            guard index + 1 < points.count else { return merged }
            let other = points[index + 1]
            merged.started += other.started
            merged.requests += other.requests
            merged.errors += other.errors
            merged.p50 = Swift.max(merged.p50, other.p50)
            merged.p99 = Swift.max(merged.p99, other.p99)
            merged.max = Swift.max(merged.max, other.max)
            merged.serviceP99 = Swift.max(merged.serviceP99, other.serviceP99)
            return merged
        }
        interval *= 2
    }
}
