public import PromQL

/// Evaluates LogQL over the lines of a source, as Loki 3 does.
///
/// What is done with numbers, once lines have become such, is PromQL's: ``MetricExpression`` becomes an expression of that
/// language whose selectors stand for aggregations of lines.
///
/// ```swift
/// let engine = LogQLEngine()
/// if case .metric(let expression) = try LogQLParser().parse(query) {
///     let result = try await engine.evaluate(expression, from: start, through: end, step: step, over: source)
/// }
/// ```
public struct LogQLEngine: Sendable {
    /// How much a query may use.
    public var limits: LogQLLimits

    /// An engine.
    public init(limits: LogQLLimits = LogQLLimits()) {
        self.limits = limits
    }

    // MARK: - Lines

    /// The lines that a selector gives.
    ///
    /// - Parameters:
    ///   - selector: The streams and the stages.
    ///   - from: Nanoseconds since the epoch: the first time that counts.
    ///   - to: Nanoseconds since the epoch: the first time that does not count any more.
    ///   - direction: The order, and at which end lines are left out where there are more than the limit.
    ///   - limit: How many lines are wanted.
    ///   - interval: How many nanoseconds lie between two lines at least; 0 for all lines.
    ///   - source: Where the lines come from.
    /// - Throws: ``LogQLError``, `CancellationError`, and what the source throws.
    public func lines(
        _ selector: LogSelector,
        from: Int64,
        to: Int64,
        direction: LogRequest.Direction,
        limit: Int,
        interval: Int64 = 0,
        over source: any LogSource
    ) async throws -> [LogLine] {
        guard from < to, limit > 0 else { return [] }
        let request = LogRequest(
            matchers: selector.matchers,
            conditions: selector.conditions,
            from: from,
            to: to,
            direction: direction,
            limit: limit
        )
        var pipeline = Pipeline(selector.stages)
        var lines: [LogLine] = []
        var bytes = 0
        try await source.forEachEntry(request) { entry in
            try Task.checkCancellation()
            if interval > 0, let last = lines.last, distance(last.timestamp, entry.timestamp) < UInt64(interval) {
                return true
            }
            guard pipeline.process(entry) else { return true }
            let line = pipeline.line
            bytes += line.text.utf8.count
            guard bytes <= limits.lineBytes else {
                throw LogQLError("the lines have more than \(limits.lineBytes) bytes: ask for fewer", .limit)
            }
            lines.append(LogLine(timestamp: line.timestamp, line: line.text, labels: line.labels.sorted))
            return lines.count < limit
        }
        return lines
    }

    private func distance(_ one: Int64, _ other: Int64) -> UInt64 {
        one < other ? UInt64(bitPattern: other &- one) : UInt64(bitPattern: one &- other)
    }

    // MARK: - Numbers

    /// Evaluates an expression at one time.
    ///
    /// - Parameters:
    ///   - expression: The expression.
    ///   - time: Nanoseconds since the epoch; what is less than a millisecond does not count.
    ///   - source: Where the lines come from.
    /// - Throws: ``LogQLError``, PromQL's `EvaluationError`, `CancellationError`, and what the source throws.
    public func evaluate(
        _ expression: MetricExpression,
        at time: Int64,
        over source: any LogSource
    ) async throws -> QueryResult {
        let milliseconds = Self.milliseconds(time)
        var translation = Translation()
        let translated = try translation.expression(of: expression)
        let ranges = RangeSource(
            leaves: translation.leaves,
            grid: StepGrid(start: milliseconds, end: milliseconds, step: 1),
            source: source,
            limits: limits
        )
        return try checked(try await vectorEngine.evaluate(translated, at: milliseconds, over: ranges))
    }

    /// Evaluates an expression at regular steps.
    ///
    /// - Parameters:
    ///   - expression: The expression.
    ///   - start: Nanoseconds since the epoch of the first step; what is less than a millisecond does not count.
    ///   - end: Nanoseconds since the epoch that no step exceeds.
    ///   - step: Milliseconds between two steps, at least 1.
    ///   - source: Where the lines come from.
    /// - Returns: A matrix.
    /// - Throws: ``LogQLError``, PromQL's `EvaluationError`, `CancellationError`, and what the source throws.
    public func evaluate(
        _ expression: MetricExpression,
        from start: Int64,
        through end: Int64,
        step: Int64,
        over source: any LogSource
    ) async throws -> QueryResult {
        let (first, last) = (Self.milliseconds(start), Self.milliseconds(end))
        var translation = Translation()
        let translated = try translation.expression(of: expression)
        if translation.isForOneTime {
            throw LogQLError("approx_topk is for instant queries: ask for topk at steps")
        }
        let ranges = RangeSource(
            leaves: translation.leaves,
            grid: StepGrid(start: first, end: last, step: step),
            source: source,
            limits: limits
        )
        let result = try await vectorEngine.evaluate(translated, from: first, through: last, step: step, over: ranges)
        return try checked(result)
    }

    /// The engine of vectors. A sample stands at its step and counts there only.
    private var vectorEngine: PromQLEngine {
        PromQLEngine(limits: QueryLimits(samples: limits.samples, series: limits.series), lookback: 1)
    }

    private static func milliseconds(_ nanoseconds: Int64) -> Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private func checked(_ result: QueryResult) throws(LogQLError) -> QueryResult {
        let count =
            switch result.value {
            case .vector(let samples, _): samples.count
            case .matrix(let series): series.count
            case .scalar, .string: 1
            }
        guard count <= limits.resultSeries else {
            throw LogQLError(
                "maximum number of series (\(limits.resultSeries)) reached for a single query: "
                    + "aggregate by fewer labels, as in sum by (service_name) (...)",
                .limit
            )
        }
        return result
    }
}
