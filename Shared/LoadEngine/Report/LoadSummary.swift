import Glibc

/// A run in figures.
package struct LoadSummary: Sendable, Codable, Equatable {
    /// Latencies in milliseconds.
    package struct Latency: Sendable, Codable, Equatable {
        package let count: Int
        package let mean: Double
        package let p50: Double
        package let p75: Double
        package let p90: Double
        package let p95: Double
        package let p99: Double
        package let p999: Double
        package let max: Double

        package init(_ histogram: LatencyHistogram) {
            func milliseconds(_ percentile: Double) -> Double { Double(histogram.percentile(percentile)) / 1e6 }
            count = histogram.count
            mean = histogram.mean / 1e6
            p50 = milliseconds(50)
            p75 = milliseconds(75)
            p90 = milliseconds(90)
            p95 = milliseconds(95)
            p99 = milliseconds(99)
            p999 = milliseconds(99.9)
            max = Double(histogram.maximum) / 1e6
        }

        package enum CodingKeys: String, CodingKey {
            case count
            case mean = "mean_ms"
            case p50 = "p50_ms"
            case p75 = "p75_ms"
            case p90 = "p90_ms"
            case p95 = "p95_ms"
            case p99 = "p99_ms"
            case p999 = "p99_9_ms"
            case max = "max_ms"
        }
    }

    /// All visits, those of a class, or the requests of a step.
    package struct Part: Sendable, Codable, Equatable {
        package let name: String
        package let visits: Int
        package let completed: Int
        package let requests: Int
        package let requestsPerSecond: Double
        package let errors: Int
        package let errorRate: Double
        package let serverErrors: Int
        package let unanswered: Int
        package let statuses: [String: Int]
        package let failures: [String: Int]
        /// From the moment at which a request should have been sent.
        package let response: Latency
        /// From the moment at which it was sent.
        package let service: Latency

        package init(_ name: String, _ counts: LoadCounts, seconds: Double) {
            self.name = name
            visits = counts.started
            completed = counts.completed
            requests = counts.requests
            requestsPerSecond = seconds > 0 ? Double(counts.requests) / seconds : 0
            errors = counts.errors
            errorRate = counts.errorRate
            serverErrors = counts.serverErrors
            unanswered = counts.unanswered
            statuses = Dictionary(uniqueKeysWithValues: counts.statuses.map { (String($0.key), $0.value) })
            failures = Dictionary(uniqueKeysWithValues: counts.failures.map { ($0.key.rawValue, $0.value) })
            response = Latency(counts.responseTime)
            service = Latency(counts.serviceTime)
        }

        package enum CodingKeys: String, CodingKey {
            case name, visits, completed, requests
            case requestsPerSecond = "requests_per_second"
            case errors
            case errorRate = "error_rate"
            case serverErrors = "server_errors"
            case unanswered, statuses, failures, response, service
        }
    }

    /// How well the schedule was kept, and what the generator itself used.
    package struct Generator: Sendable, Codable, Equatable {
        package let lateStarts: Int
        package let skippedStarts: Int
        package let largestInFlight: Int
        /// From the moment at which a visit was due to the moment at which it began.
        package let pacing: Latency
        package let cpuSeconds: Double
        package let peakResidentMegabytes: Double

        package init(_ state: LoadReport.State) {
            lateStarts = state.late
            skippedStarts = state.skipped
            largestInFlight = state.largestInFlight
            pacing = Latency(state.pacing)
            var usage = rusage()
            getrusage(RUSAGE_SELF.rawValue, &usage)
            func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
            cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
            peakResidentMegabytes = Double(usage.ru_maxrss) / 1_024
        }

        package enum CodingKeys: String, CodingKey {
            case lateStarts = "late_starts"
            case skippedStarts = "skipped_starts"
            case largestInFlight = "largest_in_flight"
            case pacing
            case cpuSeconds = "cpu_seconds"
            case peakResidentMegabytes = "peak_resident_mb"
        }
    }

    /// How the run went over time.
    package struct Series: Sendable, Codable, Equatable {
        package let interval: Double
        package let points: [TimeSeries.Point]

        package enum CodingKeys: String, CodingKey {
            case interval = "interval_s"
            case points
        }
    }

    /// Seconds.
    package let duration: Double
    package let total: Part
    package let classes: [Part]
    package let steps: [Part]
    package let generator: Generator
    package let series: Series
    package let thresholds: [Threshold.Result]

    /// Creates the summary of what a report counted.
    ///
    /// - Parameters:
    ///   - elapsed: How long the run took, in seconds.
    ///   - classes: The classes of visits, in the order in which they are shown.
    package init(state: LoadReport.State, elapsed: Double, classes: [String], thresholds: [Threshold] = []) {
        duration = elapsed
        total = Part("total", state.total, seconds: elapsed)
        self.classes = classes.compactMap { name in
            state.byClass[name].map { Part(name, $0, seconds: elapsed) }
        }
        steps = state.byStep.sorted { $0.key < $1.key }.map { Part($0.key, $0.value, seconds: elapsed) }
        generator = Generator(state)
        series = Series(interval: state.series.interval, points: state.series.points)
        self.thresholds = thresholds.map { $0.result(state, elapsed: elapsed) }
    }

    package enum CodingKeys: String, CodingKey {
        case duration = "duration_s"
        case total, classes, steps, generator, series, thresholds
    }
}
