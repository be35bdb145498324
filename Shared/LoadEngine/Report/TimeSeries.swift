/// How a run went, interval by interval. Their number is bounded: when there are too many, two become one that lasts twice
/// as long.
package struct TimeSeries: Sendable {
    /// One interval.
    package struct Point: Sendable, Codable, Equatable {
        /// Seconds since the run began, at its start.
        package var at: Double
        package var started = 0
        package var requests = 0
        package var errors = 0
        /// Of corrected response times, in milliseconds; of merged intervals, the larger.
        package var p50 = 0.0
        package var p99 = 0.0
        package var max = 0.0
        /// Of service times.
        package var serviceP99 = 0.0

        /// An interval in which nothing happened yet.
        package init(at: Double) {
            self.at = at
        }

        package enum CodingKeys: String, CodingKey {
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
    package static let capacity = 600

    /// What has ended.
    package private(set) var points: [Point] = []
    /// Seconds in an interval.
    package private(set) var interval = 1.0
    private var current = Point(at: 0)
    private var responseTime = LatencyHistogram()
    private var serviceTime = LatencyHistogram()

    /// The interval that ended last.
    package var latest: Point? { points.last }

    /// Counts the start of a visit.
    package mutating func started(at seconds: Double) {
        roll(to: seconds)
        current.started += 1
    }

    /// Counts a request that is over.
    package mutating func count(_ sample: RequestSample, at seconds: Double) {
        roll(to: seconds)
        current.requests += 1
        if !sample.isExpected { current.errors += 1 }
        guard case .status = sample.outcome else { return }
        responseTime.record(sample.responseTime)
        serviceTime.record(sample.serviceTime)
    }

    /// Ends the intervals before a moment.
    package mutating func roll(to seconds: Double) {
        while seconds >= current.at + interval {
            let next = current.at + interval
            finishCurrent()
            current = Point(at: next)
            if points.count == Self.capacity { halve() }
        }
    }

    /// Ends the interval that is under way.
    package mutating func finish() {
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
