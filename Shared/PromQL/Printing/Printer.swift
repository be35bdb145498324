/// Writes expressions on one line.
enum Printer {
    static func text(of expression: Expression) -> String {
        switch expression {
        case .number(let it): text(of: it)
        case .string(let it): Quoting.quote(it.value)
        case .selector(let it): series(of: it) + text(of: it.shift)
        case .rangeSelector(let it):
            "\(series(of: it.selector))[\(DurationFormat.format(it.duration))]\(text(of: it.selector.shift))"
        case .subquery(let it): text(of: it.expression) + suffix(of: it)
        case .unary(let it): (it.isNegation ? "-" : "+") + text(of: it.operand)
        case .binary(let it): "\(text(of: it.left)) \(operation(of: it)) \(text(of: it.right))"
        case .aggregation(let it):
            "\(head(of: it))(\((it.parameter.map { [$0] } ?? []).map { text(of: $0) + ", " }.joined())\(text(of: it.expression)))"
        case .call(let it): "\(it.name)(\(it.arguments.map { text(of: $0) }.joined(separator: ", ")))"
        case .parentheses(let it): "(\(text(of: it.expression)))"
        }
    }

    private static func text(of number: NumberLiteral) -> String {
        guard number.isDuration else { return NumberFormat.plain(number.value) }
        return DurationFormat.format(Int64((number.value * 1000).rounded()))
    }

    static func text(of matcher: LabelMatcher) -> String {
        let name = MetricNames.isLabelName(matcher.name) ? matcher.name : Quoting.quote(matcher.name)
        return "\(name)\(matcher.operation.rawValue)\(Quoting.quote(matcher.value))"
    }

    static func series(of selector: VectorSelector) -> String {
        var matchers = selector.matchers
        if selector.name != nil { matchers.removeAll { $0.name == Labels.metricName } }
        if let name = selector.name, matchers.isEmpty { return name }
        return (selector.name ?? "") + "{\(matchers.map { text(of: $0) }.joined(separator: ","))}"
    }

    static func text(of shift: TimeShift) -> String {
        var text = ""
        switch shift.anchor {
        case .none: break
        case .start: text += " @ start()"
        case .end: text += " @ end()"
        case .time(let milliseconds):
            let fraction = String(milliseconds.magnitude % 1000)
            let zeros = String(repeating: "0", count: 3 - fraction.count)
            text += " @ \(milliseconds < 0 ? "-" : "")\(milliseconds.magnitude / 1000).\(zeros)\(fraction)"
        }
        return shift.offset == 0 ? text : text + " offset \(DurationFormat.format(shift.offset))"
    }

    static func suffix(of subquery: Subquery) -> String {
        let step = subquery.step.map { DurationFormat.format($0) } ?? ""
        return "[\(DurationFormat.format(subquery.duration)):\(step)]\(text(of: subquery.shift))"
    }

    /// The operator of a binary expression with its modifiers.
    static func operation(of binary: BinaryExpression) -> String {
        var text = binary.operation.rawValue
        if binary.returnsBool { text += " bool" }
        guard let matching = binary.matching else { return text }
        let isGrouped = matching.cardinality == .manyToOne || matching.cardinality == .oneToMany
        if matching.isOn || !matching.labels.isEmpty || isGrouped {
            text += " \(matching.isOn ? "on" : "ignoring") \(list(matching.labels))"
        }
        if isGrouped {
            text += " group_\(matching.cardinality == .manyToOne ? "left" : "right") \(list(matching.included))"
        }
        return text
    }

    /// An aggregation's operator with its grouping.
    static func head(of aggregation: Aggregation) -> String {
        let name = aggregation.operation.rawValue
        if aggregation.isWithout { return "\(name) without \(list(aggregation.labels)) " }
        return aggregation.labels.isEmpty ? name : "\(name) by \(list(aggregation.labels)) "
    }

    private static func list(_ names: [String]) -> String {
        "(\(names.map { MetricNames.isLabelName($0) ? $0 : Quoting.quote($0) }.joined(separator: ", ")))"
    }
}

extension Expression: CustomStringConvertible {
    /// The expression on one line, as Prometheus writes it; parsed again it gives the same tree.
    public var description: String {
        Printer.text(of: self)
    }
}
