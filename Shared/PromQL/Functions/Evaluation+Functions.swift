extension Evaluation {
    func vectors(of call: FunctionCall, on grid: StepGrid, _ emit: SeriesSink) async throws {
        if let function = RangeFunctions.named[call.name] {
            return try await evaluate(call, function, on: grid, emit)
        }
        if let function = Mathematics.functions[call.name] {
            return try await map(call.arguments[0], on: grid, emit) { value, _ in function(value) }
        }
        if let part = CalendarPart(rawValue: call.name) {
            return try await evaluate(part, of: call.arguments.first, on: grid, emit)
        }
        switch call.name {
        case "absent": try await absent(call, on: grid, emit)
        case "absent_over_time": try await absentOverTime(call, on: grid, emit)
        case "clamp", "clamp_min", "clamp_max", "round": try await bound(call, on: grid, emit)
        case "histogram_quantile", "histogram_fraction": try await histogram(call, on: grid, emit)
        case "label_join", "label_replace": try await relabel(call, on: grid, emit)
        case "sort", "sort_desc": try await sort(call, on: grid, emit)
        case "timestamp": try await timestamps(of: call.arguments[0].withoutParentheses, on: grid, emit)
        case "vector":
            try emit(StepSeries(labels: Labels(), values: try await scalars(of: call.arguments[0], on: grid)))
        default: throw Self.unsupported(call.name)
        }
    }

    private static func unsupported(_ name: String) -> EvaluationError {
        let reason = name.hasPrefix("histogram_") ? "native histograms are not supported" : "it is not supported"
        return EvaluationError("function \(Quoting.quote(name)) cannot be evaluated: \(reason)", .unsupported)
    }

    /// Maps the values of a vector, which are then no longer the metric's.
    func map(
        _ expression: Expression,
        on grid: StepGrid,
        _ emit: SeriesSink,
        _ change: @escaping (Double, Int) -> Double
    ) async throws {
        var distinct = DistinctLabels()
        try await vectors(of: expression, on: grid) { series in
            var series = series
            series.labels = series.labels.withoutMetricName
            series.update(change)
            try distinct.insert(series)
            try emit(series)
        }
    }

    // MARK: - Of range vectors

    private func evaluate(
        _ call: FunctionCall,
        _ function: RangeFunctions.Function,
        on grid: StepGrid,
        _ emit: SeriesSink
    ) async throws {
        var argument: Expression?
        var numbers: [[Double]] = []
        for each in call.arguments {
            if each.valueType == .matrix {
                argument = each
            } else {
                numbers.append(try await scalars(of: each, on: grid))
            }
        }
        guard let argument else { throw Self.unsupported(call.name) }
        try check(numbers, of: call)
        // What the function needs to know of the time.
        if call.name == "predict_linear" { numbers.append((0..<grid.count).map { Double(grid.time($0)) }) }
        let keepsName = RangeFunctions.keepingMetricName.contains(call.name)
        var distinct = DistinctLabels()
        try usage.check(grid.count)
        try await ranges(of: argument, on: grid, for: call.name) { range in
            var values = Array(repeating: Double.absent, count: grid.count)
            var isEmpty = true
            var numbersOfStep = numbers.map { $0[0] }
            range.forEachWindow { window, step in
                for index in numbers.indices { numbersOfStep[index] = numbers[index][step] }
                guard let value = function(window, numbersOfStep) else { return }
                values[step] = value
                isEmpty = false
            }
            if isEmpty { return }
            noteIfNoCounter(range.series.labels.metricName, call: call.name, at: argument.range)
            let labels = keepsName ? range.series.labels : range.series.labels.withoutMetricName
            try distinct.insertOnce(labels)
            try emit(StepSeries(labels: labels, values: values))
        }
    }

    private func noteIfNoCounter(_ name: String, call: String, at range: SourceRange) {
        guard call == "rate" || call == "increase" || call == "irate", !name.isEmpty else { return }
        guard !["_total", "_sum", "_count", "_bucket"].contains(where: name.hasSuffix) else { return }
        let reason = "name does not end in _total/_sum/_count/_bucket"
        annotations.inform("metric might not be a counter, \(reason): \(Quoting.quote(name))", at: range)
    }

    private func check(_ numbers: [[Double]], of call: FunctionCall) throws {
        switch call.name {
        case "quantile_over_time": noteIfNoShare(numbers[0], at: call.arguments[0].range)
        case "double_exponential_smoothing":
            for (name, symbol, factors) in [("smoothing", "sf", numbers[0]), ("trend", "tf", numbers[1])] {
                guard let wrong = factors.first(where: { $0 <= 0 || $0 >= 1 }) else { continue }
                let given = NumberFormat.plain(wrong)
                throw EvaluationError("invalid \(name) factor. Expected: 0 < \(symbol) < 1, got: \(given)")
            }
        default: break
        }
    }

    /// Warns where a quantile is none.
    func noteIfNoShare(_ shares: [Double], at range: SourceRange) {
        guard let wrong = shares.first(where: { !($0 >= 0 && $0 <= 1) }) else { return }
        annotations.warn("quantile value should be between 0 and 1, got \(NumberFormat.sample(wrong))", at: range)
    }

    // MARK: - Of instant vectors

    private func timestamps(of expression: Expression, on grid: StepGrid, _ emit: SeriesSink) async throws {
        guard case .selector(let selector) = expression else {
            return try await map(expression, on: grid, emit) { _, step in Double(grid.time(step)) / 1000 }
        }
        var distinct = DistinctLabels()
        let sink = SeriesSink { series in
            let series = StepSeries(labels: series.labels.withoutMetricName, values: series.values)
            try distinct.insert(series)
            try emit(series)
        }
        try await selectTimestamps(selector, on: grid, sink)
    }

    private func bound(_ call: FunctionCall, on grid: StepGrid, _ emit: SeriesSink) async throws {
        var numbers: [[Double]] = []
        for argument in call.arguments.dropFirst() { numbers.append(try await scalars(of: argument, on: grid)) }
        let vector = call.arguments[0]
        switch call.name {
        case "clamp_min": try await map(vector, on: grid, emit) { Mathematics.greater(numbers[0][$1], $0) }
        case "clamp_max": try await map(vector, on: grid, emit) { Mathematics.smaller(numbers[0][$1], $0) }
        case "clamp":
            try await map(vector, on: grid, emit) { value, step in
                let (low, high) = (numbers[0][step], numbers[1][step])
                return high < low ? .absent : Mathematics.greater(low, Mathematics.smaller(high, value))
            }
        default:
            try await map(vector, on: grid, emit) { value, step in
                // The inverse keeps more digits: 1/0.1 is exact, 0.1 is not.
                let inverse = 1 / (numbers.first?[step] ?? 1)
                return (value * inverse + 0.5).rounded(.down) / inverse
            }
        }
    }

    private func sort(_ call: FunctionCall, on grid: StepGrid, _ emit: SeriesSink) async throws {
        // Steps would each have an order of their own, which a matrix cannot show.
        guard grid.isInstant else { return try await vectors(of: call.arguments[0], on: grid, emit) }
        var series = try await collect(call.arguments[0], on: grid)
        let isDescending = call.name == "sort_desc"
        // NaN last, either way.
        series.sort { one, other in
            let (left, right) = (one.values[0], other.values[0])
            if left.isNaN || right.isNaN || left == right { return !left.isNaN && right.isNaN }
            return isDescending ? left > right : left < right
        }
        for each in series { try emit(each) }
        usage.release(series.count)
    }
}
