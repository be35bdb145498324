extension Evaluation {
    func absent(_ call: FunctionCall, on grid: StepGrid, _ emit: SeriesSink) async throws {
        var isPresent = Array(repeating: false, count: grid.count)
        try await vectors(of: call.arguments[0], on: grid) { series in
            for step in 0..<grid.count where !series.values[step].isAbsent { isPresent[step] = true }
        }
        try emitAbsence(isPresent, of: call.arguments[0], emit)
    }

    func absentOverTime(_ call: FunctionCall, on grid: StepGrid, _ emit: SeriesSink) async throws {
        var isPresent = Array(repeating: false, count: grid.count)
        try await ranges(of: call.arguments[0], on: grid, for: call.name) { range in
            range.forEachWindow { _, step in isPresent[step] = true }
        }
        try emitAbsence(isPresent, of: call.arguments[0], emit)
    }

    private func emitAbsence(_ isPresent: [Bool], of expression: Expression, _ emit: SeriesSink) throws {
        guard isPresent.contains(false) else { return }
        try emit(
            StepSeries(labels: Self.labelsOfAbsent(expression), values: isPresent.map { $0 ? .absent : 1 })
        )
    }

    /// The labels that all selected series would have: those that one equation names.
    private static func labelsOfAbsent(_ expression: Expression) -> Labels {
        let matchers: [LabelMatcher]
        switch expression.withoutParentheses {
        case .selector(let it): matchers = it.matchers
        case .rangeSelector(let it): matchers = it.selector.matchers
        default: return Labels()
        }
        let byName = Dictionary(grouping: matchers.filter { $0.name != Labels.metricName }, by: \.name)
        var labels = Labels()
        for (name, matchers) in byName where matchers.count == 1 && matchers[0].operation == .equal {
            labels[name] = matchers[0].value
        }
        return labels
    }
}
