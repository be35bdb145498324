extension Reading {
    /// What stands after a `|`.
    mutating func stage(of query: inout TraceQuery) throws(TraceQLError) {
        guard token.kind == .word else {
            if isSymbol("{") || isSymbol("(") { throw unsupported("a filter after a pipe") }
            throw fault("expected a stage")
        }
        let (name, start) = (token.text, token.start)
        switch name {
        case "by", "coalesce": throw unsupported("\(name)() in a search")
        case "compare", "topk", "bottomk": throw unsupported("\(name)()")
        default: break
        }
        advance()
        switch name {
        case "select":
            let fields = try list { reading throws(TraceQLError) in try reading.field() }
            query.stages.append(.select(fields))
        case "count", "avg", "min", "max", "sum":
            let aggregate = try self.aggregate(name)
            guard case .symbol(let symbol) = token.kind, let operation = ComparisonOperator(rawValue: symbol),
                operation != .matches, operation != .matchesNot
            else { throw fault("expected a comparison after \(name)()") }
            advance()
            let value = try self.value()
            guard value.numeric != nil else {
                throw TraceQLError("\(name)() is compared with a number or a duration", at: start)
            }
            query.stages.append(.aggregate(aggregate, operation, value))
        default:
            guard let function = try metric(name, at: start) else {
                throw TraceQLError("there is no stage '\(String(name.prefix(40)))'", at: start)
            }
            var groups: [Field] = []
            if token.kind == .word, token.text == "by" {
                advance()
                groups = try list { reading throws(TraceQLError) in try reading.field() }
            }
            query.metric = MetricStage(function, by: groups)
            if case .symbol(let symbol) = token.kind, ComparisonOperator(rawValue: symbol) != nil {
                throw unsupported("a comparison after \(name)()")
            }
        }
    }

    private mutating func aggregate(_ name: String) throws(TraceQLError) -> Aggregate {
        try expect("(")
        guard name != "count" else {
            try expect(")")
            return .count
        }
        let field = try numericField(of: name)
        try expect(")")
        switch name {
        case "avg": return .average(field)
        case "min": return .minimum(field)
        case "max": return .maximum(field)
        default: return .sum(field)
        }
    }

    private mutating func metric(_ name: String, at start: Int) throws(TraceQLError) -> MetricStage.Function? {
        switch name {
        case "rate", "count_over_time":
            try expect("(")
            try expect(")")
            return name == "rate" ? .rate : .countOverTime
        case "min_over_time", "max_over_time", "avg_over_time", "sum_over_time", "histogram_over_time":
            try expect("(")
            let field = try numericField(of: name)
            try expect(")")
            switch name {
            case "min_over_time": return .minimumOverTime(field)
            case "max_over_time": return .maximumOverTime(field)
            case "avg_over_time": return .averageOverTime(field)
            case "sum_over_time": return .sumOverTime(field)
            default: return .histogramOverTime(field)
            }
        case "quantile_over_time":
            try expect("(")
            let field = try numericField(of: name)
            var quantiles: [Double] = []
            while take(",") {
                guard let number = try value().numeric, (0...1).contains(number) else {
                    throw TraceQLError("quantiles are numbers from 0 to 1", at: start)
                }
                quantiles.append(number)
            }
            guard !quantiles.isEmpty, quantiles.count <= 16 else {
                throw TraceQLError("quantile_over_time needs 1 to 16 quantiles", at: start)
            }
            try expect(")")
            return .quantileOverTime(field, quantiles)
        default: return nil
        }
    }

    private mutating func numericField(of function: String) throws(TraceQLError) -> Field {
        let start = token.start
        let field = try self.field()
        switch field {
        case .intrinsic(.duration), .attribute(.span, _), .attribute(.resource, _), .attribute(.any, _): return field
        default:
            throw TraceQLError("\(function) of \(field) is not supported: it takes duration or an attribute", at: start)
        }
    }

    /// Several in parentheses, with commas between them.
    private mutating func list<Element>(
        _ element: (inout Reading) throws(TraceQLError) -> Element
    ) throws(TraceQLError) -> [Element] {
        let start = token.start
        try expect("(")
        var elements = [try element(&self)]
        while take(",") { elements.append(try element(&self)) }
        try expect(")")
        guard elements.count <= 32 else { throw TraceQLError("a list may have 32 fields", at: start) }
        return elements
    }

    /// Hints that ask for less than the whole answer, which is given anyway; others are refused.
    mutating func hints() throws(TraceQLError) -> [QueryHint] {
        advance()
        try expect("(")
        var hints: [QueryHint] = []
        repeat {
            guard token.kind == .word else { throw fault("expected a hint") }
            let name = token.text
            guard ["most_recent", "sample", "span_sample", "trace_sample"].contains(name) else {
                throw unsupported("the hint \(String(name.prefix(40)))")
            }
            advance()
            try expect("=")
            hints.append(QueryHint(name: name, value: try value()))
        } while take(",")
        try expect(")")
        return hints
    }
}
