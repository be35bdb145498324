extension Evaluation {
    func vectors(of aggregation: Aggregation, on grid: StepGrid, _ emit: SeriesSink) async throws {
        switch aggregation.operation {
        case .sum, .avg, .min, .max, .count, .group, .stddev, .stdvar:
            try await reduce(aggregation, on: grid, emit)
        case .quantile: try await quantile(aggregation, on: grid, emit)
        case .countValues: try await countValues(aggregation, on: grid, emit)
        case .topk, .bottomk, .limitk: try await choose(aggregation, on: grid, emit)
        case .limitRatio:
            throw EvaluationError("aggregation \"limit_ratio\" cannot be evaluated: it is not supported", .unsupported)
        }
    }

    /// Groups of which each needs one place a step, whatever its size: no series is kept.
    private func reduce(_ aggregation: Aggregation, on grid: StepGrid, _ emit: SeriesSink) async throws {
        var indices: [Labels: Int] = [:]
        var groups: [(labels: Labels, reduction: Reduction)] = []
        try usage.check(grid.count)
        try await vectors(of: aggregation.expression, on: grid) { [self] series in
            let key = aggregation.group(of: series.labels)
            let index: Int
            if let known = indices[key] {
                index = known
            } else {
                index = groups.count
                indices[key] = index
                try usage.hold(2 * grid.count)
                groups.append((key, Reduction(aggregation.operation, steps: grid.count)))
            }
            groups[index].reduction.add(series.values)
        }
        usage.release(2 * grid.count * groups.count)
        for group in groups { try emit(StepSeries(labels: group.labels, values: group.reduction.results)) }
    }

    private func groups(
        of aggregation: Aggregation,
        on grid: StepGrid
    ) async throws -> (groups: [(labels: Labels, series: [StepSeries])], held: Int) {
        let series = try await collect(aggregation.expression, on: grid)
        var indices: [Labels: Int] = [:]
        var groups: [(labels: Labels, series: [StepSeries])] = []
        for each in series {
            let key = aggregation.group(of: each.labels)
            if let index = indices[key] {
                groups[index].series.append(each)
            } else {
                indices[key] = groups.count
                groups.append((key, [each]))
            }
        }
        return (groups, series.count * grid.count)
    }

    private func quantile(_ aggregation: Aggregation, on grid: StepGrid, _ emit: SeriesSink) async throws {
        guard let parameter = aggregation.parameter else { return }
        let shares = try await scalars(of: parameter, on: grid)
        noteIfNoShare(shares, at: parameter.range)
        let (groups, held) = try await groups(of: aggregation, on: grid)
        for group in groups {
            var results = Array(repeating: Double.absent, count: grid.count)
            for step in 0..<grid.count {
                var values = group.series.map { $0.values[step] }.filter { !$0.isAbsent }
                if !values.isEmpty { results[step] = Quantile.of(&values, shares[step]) }
            }
            try emit(StepSeries(labels: group.labels, values: results))
        }
        usage.release(held)
    }

    private func countValues(_ aggregation: Aggregation, on grid: StepGrid, _ emit: SeriesSink) async throws {
        guard let parameter = aggregation.parameter else { return }
        let name = Self.text(of: parameter)
        guard !name.isEmpty else { throw EvaluationError("invalid label name \(Quoting.quote(name))") }
        var counts: [Labels: [Double]] = [:]
        var held = 0
        try await vectors(of: aggregation.expression, on: grid) { [self] series in
            let group = aggregation.group(of: series.labels)
            for step in 0..<grid.count where !series.values[step].isAbsent {
                var labels = group
                labels[name] = NumberFormat.plain(series.values[step])
                if counts[labels] == nil {
                    try usage.hold(grid.count)
                    held += grid.count
                    counts[labels] = Array(repeating: .absent, count: grid.count)
                }
                let before = counts[labels]?[step] ?? .absent
                counts[labels]?[step] = before.isAbsent ? 1 : before + 1
            }
        }
        for (labels, values) in counts { try emit(StepSeries(labels: labels, values: values)) }
        usage.release(held)
    }

    // MARK: - Some of a group

    private func choose(_ aggregation: Aggregation, on grid: StepGrid, _ emit: SeriesSink) async throws {
        guard let parameter = aggregation.parameter else { return }
        let counts = try await scalars(of: parameter, on: grid).map { try Self.count($0) }
        let (groups, held) = try await groups(of: aggregation, on: grid)
        for group in groups {
            var chosen = group.series.map { StepSeries(labels: $0.labels, values: $0.values.map { _ in .absent }) }
            var order = Array(chosen.indices)
            for step in 0..<grid.count {
                let ranked = Self.rank(group.series, at: step, by: aggregation.operation)
                for index in ranked.prefix(counts[step]) {
                    chosen[index].values[step] = group.series[index].values[step]
                }
                if grid.isInstant { order = ranked }
            }
            for index in order where !chosen[index].isEmpty { try emit(chosen[index]) }
        }
        usage.release(held)
    }

    /// The series that have a sample at a step, best first; NaN is the worst.
    private static func rank(_ series: [StepSeries], at step: Int, by operation: AggregationOperator) -> [Int] {
        let present = series.indices.filter { !series[$0].values[step].isAbsent }
        if operation == .limitk { return present }
        return present.sorted { one, other in
            let (left, right) = (series[one].values[step], series[other].values[step])
            if left.isNaN || right.isNaN || left == right {
                if left.isNaN != right.isNaN { return right.isNaN }
                return one < other
            }
            return operation == .topk ? left > right : left < right
        }
    }

    private static func count(_ number: Double) throws(EvaluationError) -> Int {
        guard number < 0x1p63 else {
            throw EvaluationError("Scalar value \(NumberFormat.sample(number)) overflows int64")
        }
        return number < 1 ? 0 : Int(number)
    }
}

extension Aggregation {
    /// The labels of the group that an element belongs to.
    func group(of labels: Labels) -> Labels {
        if isWithout { return labels.filter { $0 != Labels.metricName && !self.labels.contains($0) } }
        return self.labels.isEmpty ? Labels() : labels.filter { self.labels.contains($0) }
    }
}
