/// Evaluates PromQL over the series of a source, as Prometheus 3 does.
///
/// ```swift
/// let engine = PromQLEngine()
/// let result = try await engine.evaluate(
///     "sum by (job) (rate(http_requests_total[5m]))",
///     from: start, through: end, step: 15_000,
///     over: source
/// )
/// ```
///
/// A query stops when its task is cancelled, between two series.
public struct PromQLEngine: Sendable {
    /// How queries are read.
    public var parser: Parser
    /// How much a query may use.
    public var limits: QueryLimits
    /// How long a sample counts as the newest of its series, in milliseconds: 5 minutes by default.
    public var lookback: Int64
    /// The step of subqueries that name none, in milliseconds: 1 minute by default.
    public var subqueryStep: Int64

    /// An engine, with Prometheus' own settings by default.
    public init(
        parser: Parser = Parser(),
        limits: QueryLimits = QueryLimits(),
        lookback: Int64 = 300_000,
        subqueryStep: Int64 = 60_000
    ) {
        self.parser = parser
        self.limits = limits
        self.lookback = lookback
        self.subqueryStep = subqueryStep
    }

    /// Evaluates a query at one time.
    ///
    /// The samples of a vector come in the order that `sort` or `topk` gave them, otherwise sorted by their labels.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - time: Milliseconds since the epoch.
    ///   - source: Where the samples come from.
    /// - Throws: ``ParseError``, ``EvaluationError``, `CancellationError`, and what the source throws.
    public func evaluate(_ query: String, at time: Int64, over source: any SeriesSource) async throws -> QueryResult {
        try await evaluate(try parser.parse(query), writtenAs: query, at: time, over: source)
    }

    /// Evaluates an expression at one time: one that was read before, or that another language's query became.
    ///
    /// - Parameters:
    ///   - expression: What is evaluated; it must have the types that the parser would demand.
    ///   - query: The text that positions in it refer to.
    ///   - time: Milliseconds since the epoch.
    ///   - source: Where the samples come from.
    /// - Throws: ``EvaluationError``, `CancellationError`, and what the source throws.
    public func evaluate(
        _ expression: Expression,
        writtenAs query: String = "",
        at time: Int64,
        over source: any SeriesSource
    ) async throws -> QueryResult {
        let grid = StepGrid(at: try Self.inBounds(time))
        let evaluation = Evaluation(of: query, by: self, on: grid, over: source)
        let value: QueryValue
        switch expression.valueType {
        case .string: value = .string(Evaluation.text(of: expression), at: time)
        case .scalar: value = .scalar(try await evaluation.scalars(of: expression, on: grid)[0], at: time)
        case .vector: value = .vector(try await evaluation.samples(of: expression, on: grid), at: time)
        case .matrix:
            var series: [SampledSeries] = []
            try await evaluation.ranges(of: expression, on: grid, for: nil) { range in
                if let samples = range.window(at: 0) { series.append(samples) }
            }
            value = .matrix(series.sorted { $0.labels < $1.labels })
        }
        return evaluation.result(value)
    }

    /// Evaluates a query at regular steps.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - start: Milliseconds since the epoch of the first step.
    ///   - end: Milliseconds since the epoch that no step exceeds.
    ///   - step: Milliseconds between two steps, at least 1.
    ///   - source: Where the samples come from.
    /// - Returns: A matrix.
    /// - Throws: ``ParseError``, ``EvaluationError``, `CancellationError`, and what the source throws.
    public func evaluate(
        _ query: String,
        from start: Int64,
        through end: Int64,
        step: Int64,
        over source: any SeriesSource
    ) async throws -> QueryResult {
        try await evaluate(
            try parser.parse(query),
            writtenAs: query,
            from: start,
            through: end,
            step: step,
            over: source
        )
    }

    /// Evaluates an expression at regular steps: one that was read before, or that another language's query became.
    ///
    /// - Parameters:
    ///   - expression: What is evaluated; it must have the types that the parser would demand.
    ///   - query: The text that positions in it refer to.
    ///   - start: Milliseconds since the epoch of the first step.
    ///   - end: Milliseconds since the epoch that no step exceeds.
    ///   - step: Milliseconds between two steps, at least 1.
    ///   - source: Where the samples come from.
    /// - Returns: A matrix.
    /// - Throws: ``EvaluationError``, `CancellationError`, and what the source throws.
    public func evaluate(
        _ expression: Expression,
        writtenAs query: String = "",
        from start: Int64,
        through end: Int64,
        step: Int64,
        over source: any SeriesSource
    ) async throws -> QueryResult {
        let type = expression.valueType
        guard type == .scalar || type == .vector else {
            throw EvaluationError(
                "invalid expression type \(Quoting.quote(type.documentedName)) for range query, must be Scalar or instant Vector",
                .invalidQuery
            )
        }
        let grid = StepGrid(start: try Self.inBounds(start), end: try Self.inBounds(end), step: step)
        let evaluation = Evaluation(of: query, by: self, on: grid, over: source)
        guard grid.count > 0 else { return evaluation.result(.matrix([])) }
        try evaluation.usage.check(grid.count)
        var collector = SeriesCollector()
        if type == .scalar {
            try collector.add(
                StepSeries(labels: Labels(), values: try await evaluation.scalars(of: expression, on: grid))
            )
        } else {
            try await evaluation.vectors(of: expression, on: grid) { series in
                try evaluation.usage.hold(series.values.count)
                try collector.add(series)
            }
        }
        let matrix = collector.series.map { $0.samples(on: grid) }
        return evaluation.result(.matrix(matrix.sorted { $0.labels < $1.labels }))
    }

    /// Times so far from the ends of 64 bits that offsets cannot pass them.
    private static func inBounds(_ time: Int64) throws -> Int64 {
        guard time.magnitude < 9_200_000_000_000_000_000 else {
            throw EvaluationError("time out of bounds: \(time) ms", .invalidQuery)
        }
        return time
    }
}

extension StepSeries {
    /// The samples that are there, with their times.
    func samples(on grid: StepGrid) -> SampledSeries {
        var timestamps: [Int64] = []
        var present: [Double] = []
        for (index, value) in values.enumerated() where !value.isAbsent {
            timestamps.append(grid.time(index))
            present.append(value)
        }
        return SampledSeries(labels: labels, timestamps: timestamps, values: present)
    }
}
