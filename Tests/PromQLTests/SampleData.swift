import PromQL

/// The series that all expressions of the tables are evaluated over: two hours from the epoch, mostly every 15 seconds.
enum SampleData {
    static let series: [SampledSeries] =
        counters + gauges + histograms + interrupted + special + metadata

    static let source = InMemorySource(series)

    private static let steps = 0..<481

    private static func series(
        _ name: String,
        _ labels: [String: String] = [:],
        every seconds: Int64 = 15,
        steps: Range<Int> = steps,
        _ value: (Int) -> Double
    ) -> SampledSeries {
        var labels = labels
        labels["__name__"] = name
        return SampledSeries(
            labels: Labels(labels),
            timestamps: steps.map { Int64($0) * seconds * 1000 },
            values: steps.map(value)
        )
    }

    /// Counters of four processes; one starts again at times, one starts late.
    private static var counters: [SampledSeries] {
        var all: [SampledSeries] = []
        for (index, (job, instance)) in [("api", "a"), ("api", "b"), ("web", "a"), ("web", "c")].enumerated() {
            for (code, share) in [("200", 9.0), ("500", 1.0)] {
                let labels = ["job": job, "instance": instance, "code": code]
                all.append(
                    series("http_requests_total", labels) { step in
                        let since = job == "web" && instance == "c" ? step % 97 : step
                        return share * Double(since * (index + 1) + since * since % 7)
                    }
                )
            }
        }
        all.append(series("late_total", ["job": "api"], steps: 200..<481) { Double($0 - 200) * 3 + 10 })
        all.append(series("slow_total", ["job": "api"], every: 70, steps: 0..<103) { Double($0 * $0) })
        all.append(series("flat_total", ["job": "api"]) { _ in 42 })
        return all
    }

    private static var gauges: [SampledSeries] {
        var all: [SampledSeries] = []
        for (index, room) in ["attic", "cellar", "hall"].enumerated() {
            all.append(
                series("temperature_celsius", ["room": room, "floor": "\(index % 2)"]) { step in
                    Double((step * (index + 3) * 7) % 23) - 9.5 + Double(index) / 8
                }
            )
        }
        for (job, instance, factor) in [("api", "a", 3.0), ("api", "b", 5.0), ("web", "a", 7.0), ("web", "c", 11.0)] {
            all.append(
                series("memory_bytes", ["job": job, "instance": instance]) { step in
                    factor * 1_048_576 + Double(step % 40) * 4096 * factor
                }
            )
        }
        for (job, limit) in [("api", 8_388_608.0), ("web", 33_554_432.0), ("db", 1e9)] {
            all.append(series("memory_limit_bytes", ["job": job]) { _ in limit })
        }
        all.append(series("trend", ["kind": "up"]) { Double($0) * 0.5 - 20 })
        all.append(series("trend", ["kind": "noisy"]) { Double($0) * 0.25 + Double($0 * $0 % 11) })
        all.append(series("trend", ["kind": "flat"]) { _ in -7.25 })
        return all
    }

    /// Classic histograms, whole ones and broken ones.
    private static var histograms: [SampledSeries] {
        var all: [SampledSeries] = []
        let bounds = ["0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf"]
        for (job, skew) in [("api", 1), ("web", 3)] {
            for (index, bound) in bounds.enumerated() {
                all.append(
                    series("latency_seconds_bucket", ["job": job, "le": bound]) { step in
                        Double((index + 1) * (index + skew) * step)
                    }
                )
            }
            all.append(series("latency_seconds_count", ["job": job]) { Double(7 * (6 + skew) * $0) })
            all.append(series("latency_seconds_sum", ["job": job]) { Double($0 * skew) * 4.75 })
        }
        for (bound, count) in [("-1", 2.0), ("0", 5.0), ("1", 9.0), ("+Inf", 10.0)] {
            all.append(series("balance_bucket", ["le": bound]) { _ in count })
        }
        for (bound, count) in [("1", 5.0), ("2", 3.0), ("4", 9.0), ("+Inf", 9.0)] {
            all.append(series("wobbly_bucket", ["le": bound]) { _ in count })
        }
        for (bound, count) in [("1", 5.0), ("2", 6.0)] {
            all.append(series("endless_bucket", ["le": bound]) { _ in count })
        }
        for (bound, count) in [("1", 5.0), ("many", 6.0), ("+Inf", 8.0)] {
            all.append(series("misnamed_bucket", ["le": bound]) { _ in count })
        }
        for (bound, count) in [("1", 0.0), ("+Inf", 0.0)] {
            all.append(series("empty_bucket", ["le": bound]) { _ in count })
        }
        for (bound, count) in [("1", 5.0), ("1.0", 2.0), ("+Inf", 14.0)] {
            all.append(series("twice_bucket", ["le": bound]) { _ in count })
        }
        return all
    }

    /// Series that end, with a marker or without, and begin again.
    private static var interrupted: [SampledSeries] {
        var ended = series("ended", ["how": "marked"], steps: 0..<121) { Double($0) }
        ended.values[120] = StaleMarker.value
        var again = series("ended", ["how": "again"]) { Double($0) }
        for step in 80..<84 { again.values[step] = StaleMarker.value }
        let present = Array(0..<80) + Array(160..<481)
        let gap = SampledSeries(
            labels: ["__name__": "ended", "how": "gap"],
            timestamps: present.map { Int64($0) * 15_000 },
            values: present.indices.map { Double($0) }
        )
        let silent = series("ended", ["how": "silent"], steps: 0..<120) { Double($0) }
        return [ended, again, gap, silent, irregular]
    }

    private static var irregular: SampledSeries {
        let timestamps: [Int64] = (0..<300).map { (index: Int64) -> Int64 in
            index * 20_000 + (index * index % 13) * 1001
        }
        return SampledSeries(
            labels: ["__name__": "irregular_total", "job": "api"],
            timestamps: timestamps,
            values: timestamps.map { Double($0 / 1000 % 1777) }
        )
    }

    private static var special: [SampledSeries] {
        [
            series("special", ["kind": "nan"]) { _ in .nan },
            series("special", ["kind": "inf"]) { _ in .infinity },
            series("special", ["kind": "-inf"]) { _ in -.infinity },
            series("special", ["kind": "zero"]) { _ in 0 },
            series("special", ["kind": "-zero"]) { _ in -0.0 },
            series("special", ["kind": "one"]) { _ in 1 },
            series("huge", ["sign": "+", "n": "1"]) { _ in 1.5e308 },
            series("huge", ["sign": "+", "n": "2"]) { _ in 1.6e308 },
            series("huge", ["sign": "-", "n": "1"]) { _ in -1.7e308 },
            series("tiny") { _ in 0.1 },
            series("mixed", ["kind": "nan at times"]) { $0 % 4 == 0 ? .nan : Double($0) },
            series("mixed", ["kind": "inf at times"]) { $0 % 5 == 0 ? .infinity : Double($0) },
            series("fraction", ["n": "1"]) { _ in 2.5 },
            series("fraction", ["n": "2"]) { _ in -2.5 },
            series("fraction", ["n": "3"]) { _ in 0.49999999999999994 },
            series("angle", ["n": "1"]) { _ in 0.5 },
            series("angle", ["n": "2"]) { _ in -1.25 },
            series("date_seconds", ["day": "leap"]) { _ in 951_782_400 },
            series("date_seconds", ["day": "new year"]) { _ in 1_704_067_199 },
            series("date_seconds", ["day": "before"]) { _ in -86_401 },
            series("date_seconds", ["day": "noon"]) { _ in 1_751_371_200.75 },
        ]
    }

    private static var metadata: [SampledSeries] {
        [
            series("service_info", ["job": "api", "team": "core", "tier": "1"]) { _ in 1 },
            series("service_info", ["job": "web", "team": "shop", "tier": "2"]) { _ in 1 },
            series("owner", ["team": "core", "person": "ada"]) { _ in 1 },
            series("owner", ["team": "core", "person": "bob"]) { _ in 1 },
            series("owner", ["team": "shop", "person": "cy"]) { _ in 1 },
            series("path_info", ["path": "/cart/42/items", "host": "eu-1.example"]) { Double($0) },
            series("path_info", ["path": "/cart/7", "host": "us-2.example"]) { Double($0) * 2 },
            series("up", ["job": "api", "instance": "a"]) { _ in 1 },
            series("up", ["job": "api", "instance": "b"]) { $0 % 3 == 0 ? 0 : 1 },
            series("up", ["job": "web", "instance": "a"]) { _ in 1 },
            series("up", ["job": "web", "instance": "c"]) { _ in 0 },
            series("only_requests", ["job": "api", "instance": "a"]) { Double($0) },
        ]
    }
}
