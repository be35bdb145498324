import PromQL

/// Writes queries over several lines where they are longer than one.
enum Formatter {
    private static let lineLength = 100

    private static func indent(_ level: Int) -> String {
        String(repeating: "  ", count: level)
    }

    static func text(of selector: LogSelector, level: Int) -> String {
        let line = Printer.text(of: selector)
        if line.unicodeScalars.count <= lineLength { return indent(level) + line }
        let stages = selector.stages.map { "\n\(indent(level + 1))\(Printer.text(of: $0))" }
        return indent(level) + Printer.matchers(of: selector) + stages.joined()
    }

    static func text(of expression: MetricExpression, level: Int) -> String {
        let line = Printer.text(of: expression)
        if line.unicodeScalars.count <= lineLength { return indent(level) + line }
        switch expression {
        case .number, .vector: return indent(level) + line
        case .range(let it):
            var lines = [text(of: it.selector, level: level + 1)]
            if let unwrap = it.unwrap { lines.append(indent(level + 2) + Printer.text(of: unwrap)) }
            lines.append(indent(level + 1) + Printer.time(of: it))
            if let parameter = it.parameter {
                lines.insert(indent(level + 1) + NumberFormat.plain(parameter) + ",", at: 0)
            }
            return wrap(lines, after: it.operation.rawValue, level: level) + Printer.tail(of: it)
        case .aggregation(let it):
            var lines = [text(of: it.expression, level: level + 1)]
            if let parameter = it.parameter {
                lines.insert(indent(level + 1) + NumberFormat.plain(parameter) + ",", at: 0)
            }
            return wrap(lines, after: Printer.head(of: it), level: level)
        case .binary(let it):
            let (left, right) = (text(of: it.left, level: level + 1), text(of: it.right, level: level + 1))
            return "\(left)\n\(indent(level))\(Printer.operation(of: it))\n\(right)"
        case .labelReplace(let it):
            let lines = [text(of: it.expression, level: level + 1) + ",", indent(level + 1) + Printer.texts(of: it)]
            return wrap(lines, after: "label_replace", level: level)
        case .parentheses(let it): return wrap([text(of: it, level: level + 1)], after: "", level: level)
        }
    }

    private static func wrap(_ lines: [String], after head: String, level: Int) -> String {
        "\(indent(level))\(head)(\n\(lines.joined(separator: "\n"))\n\(indent(level)))"
    }
}

extension LogQuery {
    /// The query as `format_query` gives it: over several lines where it is longer than 100 characters.
    public func formatted() -> String {
        switch self {
        case .log(let selector): Formatter.text(of: selector, level: 0)
        case .metric(let expression): Formatter.text(of: expression, level: 0)
        }
    }
}
