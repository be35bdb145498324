/// Writes expressions over several lines where they are longer than one.
enum Formatter {
    private static let lineLength = 100

    static func text(of expression: Expression, level: Int) -> String {
        let line = Printer.text(of: expression)
        let indent = String(repeating: "  ", count: level)
        let isShort = line.unicodeScalars.count <= lineLength
        switch expression {
        case .number, .string, .selector, .rangeSelector: return indent + line
        // Not indented where it fits: so does format_query.
        case .subquery(let it):
            return isShort ? line : text(of: it.expression, level: level) + Printer.suffix(of: it)
        case .unary(let it):
            let operand = text(of: it.operand, level: level).drop { $0 == " " }
            return indent + (it.isNegation ? "-" : "+") + operand
        case _ where isShort: return indent + line
        case .binary(let it):
            let (left, right) = (text(of: it.left, level: level + 1), text(of: it.right, level: level + 1))
            return "\(left)\n\(indent)\(Printer.operation(of: it))\n\(right)"
        case .aggregation(let it):
            let arguments = (it.parameter.map { [$0] } ?? []) + [it.expression]
            return wrap(arguments, after: Printer.head(of: it), level: level)
        case .call(let it): return wrap(it.arguments, after: it.name, level: level)
        case .parentheses(let it): return wrap([it.expression], after: "", level: level)
        }
    }

    private static func wrap(_ parts: [Expression], after head: String, level: Int) -> String {
        let indent = String(repeating: "  ", count: level)
        let lines = parts.map { text(of: $0, level: level + 1) }.joined(separator: ",\n")
        return "\(indent)\(head)(\n\(lines)\n\(indent))"
    }
}

extension Expression {
    /// The expression as `format_query` gives it: over several lines where it is longer than 100 characters.
    public func formatted() -> String {
        Formatter.text(of: self, level: 0)
    }
}
