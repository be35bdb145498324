import Glibc

/// A run in figures, as `--summary-json` writes it. docs/data-generator-summary.schema.json says what each member means.
struct LoadSummary: Sendable, Codable, Equatable {
    /// Names this shape; another number means that a member changed its meaning.
    static let currentSchema = "faultline-load-summary/1"

    /// Latencies in milliseconds.
    struct Latency: Sendable, Codable, Equatable {
        let count: Int
        let mean: Double
        let p50: Double
        let p75: Double
        let p90: Double
        let p95: Double
        let p99: Double
        let p999: Double
        let max: Double

        init(_ histogram: LatencyHistogram) {
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

        enum CodingKeys: String, CodingKey {
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
    struct Part: Sendable, Codable, Equatable {
        let name: String
        let visits: Int
        let completed: Int
        let requests: Int
        let requestsPerSecond: Double
        let errors: Int
        let errorRate: Double
        let serverErrors: Int
        let unanswered: Int
        let statuses: [String: Int]
        let failures: [String: Int]
        /// From the moment at which a request should have been sent.
        let response: Latency
        /// From the moment at which it was sent.
        let service: Latency

        init(_ name: String, _ counts: LoadCounts, seconds: Double) {
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

        enum CodingKeys: String, CodingKey {
            case name, visits, completed, requests
            case requestsPerSecond = "requests_per_second"
            case errors
            case errorRate = "error_rate"
            case serverErrors = "server_errors"
            case unanswered, statuses, failures, response, service
        }
    }

    /// How well the schedule was kept, and what the generator itself used.
    struct Generator: Sendable, Codable, Equatable {
        let lateStarts: Int
        let skippedStarts: Int
        let largestInFlight: Int
        /// From the moment at which a visit was due to the moment at which it began.
        let pacing: Latency
        let cpuSeconds: Double
        let peakResidentMegabytes: Double

        init(_ state: LoadReport.State) {
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

        enum CodingKeys: String, CodingKey {
            case lateStarts = "late_starts"
            case skippedStarts = "skipped_starts"
            case largestInFlight = "largest_in_flight"
            case pacing
            case cpuSeconds = "cpu_seconds"
            case peakResidentMegabytes = "peak_resident_mb"
        }
    }

    /// How the run went over time.
    struct Series: Sendable, Codable, Equatable {
        let interval: Double
        let points: [TimeSeries.Point]

        enum CodingKeys: String, CodingKey {
            case interval = "interval_s"
            case points
        }
    }

    /// What was done to the shop; only where the truth was asked for.
    struct Truth: Sendable, Codable, Equatable {
        let incidents: [InjectionRecord]
        let triggers: Part
    }

    let schema: String
    let run: RunRecord
    let duration: Double
    let total: Part
    let classes: [Part]
    let steps: [Part]
    let generator: Generator
    let series: Series
    let thresholds: [Threshold.Result]
    let truth: Truth?

    /// - Parameter incidents: What was done to the shop; `nil` keeps that a secret.
    init(
        run: RunRecord,
        state: LoadReport.State,
        elapsed: Double,
        thresholds: [Threshold],
        incidents: [InjectionRecord]?
    ) {
        schema = Self.currentSchema
        self.run = run
        duration = elapsed
        total = Part("total", state.total, seconds: elapsed)
        classes = JourneyClass.allCases.compactMap { visitorClass in
            state.byClass[visitorClass].map { Part(visitorClass.rawValue, $0, seconds: elapsed) }
        }
        steps = state.byStep.sorted { $0.key < $1.key }.map { Part($0.key, $0.value, seconds: elapsed) }
        generator = Generator(state)
        series = Series(interval: state.series.interval, points: state.series.points)
        self.thresholds = thresholds.map { $0.result(state, elapsed: elapsed) }
        truth = incidents.map { Truth(incidents: $0, triggers: Part("triggers", state.triggers, seconds: elapsed)) }
    }

    enum CodingKeys: String, CodingKey {
        case schema, run
        case duration = "duration_s"
        case total, classes, steps, generator, series, thresholds, truth
    }
}
