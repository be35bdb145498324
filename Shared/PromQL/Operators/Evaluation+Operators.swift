extension Evaluation {
    func vectors(of binary: BinaryExpression, on grid: StepGrid, _ emit: SeriesSink) async throws {
        switch (binary.left.valueType, binary.right.valueType) {
        case (.vector, .scalar):
            let scalars = try await scalars(of: binary.right, on: grid)
            try await combine(binary, vector: binary.left, with: scalars, isSwapped: false, on: grid, emit)
        case (.scalar, .vector):
            let scalars = try await scalars(of: binary.left, on: grid)
            try await combine(binary, vector: binary.right, with: scalars, isSwapped: true, on: grid, emit)
        default:
            switch binary.operation {
            case .and, .unless: try await intersect(binary, on: grid, emit)
            case .or: try await unite(binary, on: grid, emit)
            default: try await match(binary, on: grid, emit)
            }
        }
    }

    /// A vector and a number.
    private func combine(
        _ binary: BinaryExpression,
        vector: Expression,
        with scalars: [Double],
        isSwapped: Bool,
        on grid: StepGrid,
        _ emit: SeriesSink
    ) async throws {
        let operation = binary.operation
        var distinct = DistinctLabels()
        try await vectors(of: vector, on: grid) { series in
            var series = series
            if binary.dropsMetricName { series.labels = series.labels.withoutMetricName }
            let isFilter = operation.isComparison && !binary.returnsBool
            series.update { value, step in
                let (left, right) = isSwapped ? (scalars[step], value) : (value, scalars[step])
                // A filter keeps the vector's value, on whichever side it stands.
                return isFilter ? (operation.holds(left, right) ? value : .absent) : operation.number(left, right)
            }
            if series.isEmpty { return }
            if binary.dropsMetricName { try distinct.insert(series) }
            try emit(series)
        }
    }

    // MARK: - Sets

    /// Where there is any element, by what it is matched by.
    private func presence(
        of expression: Expression,
        by matching: VectorMatching,
        on grid: StepGrid
    ) async throws -> [Labels: [Bool]] {
        var presence: [Labels: [Bool]] = [:]
        try await vectors(of: expression, on: grid) { series in
            presence[matching.signature(of: series.labels), default: Array(repeating: false, count: grid.count)]
                .mark(series)
        }
        return presence
    }

    /// `and` and `unless`.
    private func intersect(_ binary: BinaryExpression, on grid: StepGrid, _ emit: SeriesSink) async throws {
        let matching = binary.matching ?? .allLabels
        let other = try await presence(of: binary.right, by: matching, on: grid)
        let keepsMatched = binary.operation == .and
        try await vectors(of: binary.left, on: grid) { series in
            var series = series
            let matched = other[matching.signature(of: series.labels)]
            series.update { value, step in (matched?[step] ?? false) == keepsMatched ? value : .absent }
            if !series.isEmpty { try emit(series) }
        }
    }

    /// `or`: all of the left side, and those of the right that nothing on the left matches.
    private func unite(_ binary: BinaryExpression, on grid: StepGrid, _ emit: SeriesSink) async throws {
        let matching = binary.matching ?? .allLabels
        var other: [Labels: [Bool]] = [:]
        var distinct = DistinctLabels()
        try await vectors(of: binary.left, on: grid) { series in
            other[matching.signature(of: series.labels), default: Array(repeating: false, count: grid.count)]
                .mark(series)
            try distinct.insert(series)
            try emit(series)
        }
        try await vectors(of: binary.right, on: grid) { series in
            var series = series
            let matched = other[matching.signature(of: series.labels)]
            series.update { value, step in matched?[step] ?? false ? .absent : value }
            if series.isEmpty { return }
            try distinct.insert(series)
            try emit(series)
        }
    }

    // MARK: - Matching

    /// Arithmetic and comparisons of two vectors.
    private func match(_ binary: BinaryExpression, on grid: StepGrid, _ emit: SeriesSink) async throws {
        let left = try await collect(binary.left, on: grid)
        let right = try await collect(binary.right, on: grid)
        defer { usage.release((left.count + right.count) * grid.count) }
        var join = VectorJoin(binary, steps: grid.count)
        for series in try join.results(left: left, right: right) { try emit(series) }
    }
}

extension [Bool] {
    fileprivate mutating func mark(_ series: StepSeries) {
        for step in indices where !series.values[step].isAbsent { self[step] = true }
    }
}

extension VectorMatching {
    static let allLabels = VectorMatching(cardinality: .manyToMany, isOn: false, labels: [], included: [])

    /// The labels by which elements are matched.
    func signature(of labels: Labels) -> Labels {
        if isOn { return labels.filter { self.labels.contains($0) } }
        return labels.filter { $0 != Labels.metricName && !self.labels.contains($0) }
    }
}
