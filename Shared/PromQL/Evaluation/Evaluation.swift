/// A query while it is evaluated, by one task.
///
/// Vectors are handed on series by series: what is a function of one series at a time never holds more than that one.
final class Evaluation {
    let source: any SeriesSource
    let lookback: Int64
    let subqueryStep: Int64
    /// The steps of the query itself, whatever subquery is being evaluated.
    let queryGrid: StepGrid
    var usage: Usage
    var annotations: Annotations

    init(of query: String, by engine: PromQLEngine, on grid: StepGrid, over source: any SeriesSource) {
        self.source = source
        lookback = engine.lookback
        subqueryStep = engine.subqueryStep
        queryGrid = grid
        usage = Usage(engine.limits)
        annotations = Annotations(query: query)
    }

    func result(_ value: QueryValue) -> QueryResult {
        QueryResult(
            value: value,
            warnings: annotations.warnings,
            infos: annotations.infos,
            samplesRead: usage.samplesRead
        )
    }

    static func text(of expression: Expression) -> String {
        if case .string(let literal) = expression.withoutParentheses { literal.value } else { "" }
    }

    // MARK: - Scalars

    /// A number for each step.
    func scalars(of expression: Expression, on grid: StepGrid) async throws -> [Double] {
        switch expression.withoutParentheses {
        case .number(let it): return Array(repeating: it.value, count: grid.count)
        case .unary(let it):
            let values = try await scalars(of: it.operand, on: grid)
            return it.isNegation ? values.map { -$0 } : values
        case .binary(let it):
            let left = try await scalars(of: it.left, on: grid)
            let right = try await scalars(of: it.right, on: grid)
            return zip(left, right).map { it.operation.number($0, $1) }
        case .call(let it): return try await scalars(of: it, on: grid)
        default: return Array(repeating: .nan, count: grid.count)
        }
    }

    private func scalars(of call: FunctionCall, on grid: StepGrid) async throws -> [Double] {
        switch call.name {
        case "pi": return Array(repeating: .pi, count: grid.count)
        case "time": return (0..<grid.count).map { Double(grid.time($0)) / 1000 }
        case "scalar":
            var values = Array(repeating: Double.absent, count: grid.count)
            try await vectors(of: call.arguments[0], on: grid) { series in
                for step in 0..<grid.count where !series.values[step].isAbsent {
                    // A second one makes it NaN.
                    values[step] = values[step].isAbsent ? series.values[step] : .nan
                }
            }
            return values.map { $0.isAbsent ? .nan : $0 }
        default: throw EvaluationError("function \(Quoting.quote(call.name)) is not supported", .unsupported)
        }
    }

    // MARK: - Vectors

    /// Hands over the series of an instant vector.
    func vectors(of expression: Expression, on grid: StepGrid, _ emit: SeriesSink) async throws {
        if grid.count == 0 { return }
        if !grid.isInstant, expression.isFixed {
            // The same at each step: evaluated once.
            return try await vectors(of: expression, on: StepGrid(at: grid.start)) { series in
                try emit(
                    StepSeries(labels: series.labels, values: Array(repeating: series.values[0], count: grid.count))
                )
            }
        }
        switch expression {
        case .parentheses(let it): try await vectors(of: it.expression, on: grid, emit)
        case .selector(let it): try await select(it, on: grid, emit)
        case .unary(let it): try await vectors(of: it, on: grid, emit)
        case .binary(let it): try await vectors(of: it, on: grid, emit)
        case .aggregation(let it): try await vectors(of: it, on: grid, emit)
        case .call(let it): try await vectors(of: it, on: grid, emit)
        case .number, .string, .rangeSelector, .subquery: return
        }
    }

    /// Hands over the series of an instant vector.
    @inline(never)
    func vectors(
        of expression: Expression,
        on grid: StepGrid,
        _ take: @escaping (StepSeries) throws -> Void
    ) async throws {
        try await vectors(of: expression, on: grid, SeriesSink(take))
    }

    /// All series of an instant vector at once, counted as held; the caller releases them.
    func collect(_ expression: Expression, on grid: StepGrid) async throws -> [StepSeries] {
        var collector = SeriesCollector()
        try await vectors(of: expression, on: grid) { [self] series in
            try usage.hold(series.values.count)
            try collector.add(series)
        }
        return collector.series
    }

    /// The elements of an instant vector at one time.
    func samples(of expression: Expression, on grid: StepGrid) async throws -> [VectorSample] {
        let series = try await collect(expression, on: grid)
        let samples = series.filter { !$0.values[0].isAbsent }.map {
            VectorSample(labels: $0.labels, value: $0.values[0])
        }
        return expression.isOrdered ? samples : samples.sorted { $0.labels < $1.labels }
    }

    private func vectors(of unary: UnaryExpression, on grid: StepGrid, _ emit: SeriesSink) async throws {
        guard unary.isNegation else { return try await vectors(of: unary.operand, on: grid, emit) }
        var distinct = DistinctLabels()
        try await vectors(of: unary.operand, on: grid) { series in
            var series = series
            series.labels = series.labels.withoutMetricName
            series.update { value, _ in -value }
            try distinct.insert(series)
            try emit(series)
        }
    }
}

extension Expression {
    /// Whether it gives the same at each step: all that it selects stands at a time of its own.
    var isFixed: Bool {
        switch self {
        case .number, .string: true
        case .selector(let it): it.shift.anchor != nil
        case .rangeSelector(let it): it.selector.shift.anchor != nil
        case .subquery(let it): it.shift.anchor != nil
        case .unary(let it): it.operand.isFixed
        case .binary(let it): it.left.isFixed && it.right.isFixed
        case .aggregation(let it): it.expression.isFixed && it.parameter?.isFixed ?? true
        case .call(let it): !Self.timeDependent.contains(it.name) && it.arguments.allSatisfy(\.isFixed)
        case .parentheses(let it): it.expression.isFixed
        }
    }

    /// Functions that look at the time of the evaluation themselves.
    private static let timeDependent: Set<String> = [
        "time", "timestamp", "predict_linear", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour",
        "minute", "month", "year",
    ]

    /// Whether the order of its elements says something.
    var isOrdered: Bool {
        switch withoutParentheses {
        case .call(let it): it.name.hasPrefix("sort")
        case .aggregation(let it): it.operation == .topk || it.operation == .bottomk
        default: false
        }
    }
}
