extension Evaluation {
    /// A series of buckets with the same upper bound.
    private struct BucketSeries {
        let upperBound: Double
        let values: [Double]
    }

    /// `histogram_quantile` and `histogram_fraction` of classic histograms.
    func histogram(_ call: FunctionCall, on grid: StepGrid, _ emit: SeriesSink) async throws {
        var numbers: [[Double]] = []
        for argument in call.arguments.dropLast() { numbers.append(try await scalars(of: argument, on: grid)) }
        if call.name == "histogram_quantile" { noteIfNoShare(numbers[0], at: call.arguments[0].range) }
        let buckets = call.arguments[call.arguments.count - 1]
        var groups: [Labels: [BucketSeries]] = [:]
        var held = 0
        try await vectors(of: buckets, on: grid) { [self] series in
            guard let bound = Self.upperBound(series.labels["le"]) else {
                noteBadBound(series.labels, at: buckets.range)
                return
            }
            try usage.hold(grid.count)
            held += grid.count
            let labels = series.labels.filter { $0 != "le" }
            groups[labels, default: []].append(BucketSeries(upperBound: bound, values: series.values))
        }
        defer { usage.release(held) }
        var distinct = DistinctLabels()
        for (labels, group) in groups {
            var values = Array(repeating: Double.absent, count: grid.count)
            for step in 0..<grid.count {
                let present = group.filter { !$0.values[step].isAbsent }
                if present.isEmpty { continue }
                let histogram = BucketHistogram(
                    present.map { BucketHistogram.Bucket(upperBound: $0.upperBound, count: $0.values[step]) }
                )
                if histogram.wasForced { noteForced(labels.metricName, at: buckets.range) }
                values[step] =
                    numbers.count == 1
                    ? histogram.quantile(numbers[0][step])
                    : histogram.fraction(from: numbers[0][step], to: numbers[1][step])
            }
            let series = StepSeries(labels: labels.withoutMetricName, values: values)
            try distinct.insert(series)
            try emit(series)
        }
    }

    private static func upperBound(_ text: String) -> Double? {
        switch text.lowercased() {
        case "+inf", "inf", "infinity", "+infinity": .infinity
        case "-inf", "-infinity": -.infinity
        case "nan": .nan
        default: Double(text)
        }
    }

    private func noteBadBound(_ labels: Labels, at range: SourceRange) {
        let (value, name) = (Quoting.quote(labels["le"]), Quoting.quote(labels.metricName))
        annotations.warn(
            "bucket label \"le\" is missing or has a malformed value of \(value) for metric name \(name)",
            at: range
        )
    }

    private func noteForced(_ name: String, at range: SourceRange) {
        let page = "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile"
        annotations.inform(
            "input to histogram_quantile needed to be fixed for monotonicity (see \(page)) "
                + "for metric name \(Quoting.quote(name))",
            at: range
        )
    }
}
