extension TraceQuery: CustomStringConvertible {
    /// The query in one line, which is read as the same query.
    public var description: String {
        var parts = [spans.description] + stages.map(\.description)
        if let metric { parts.append(metric.description) }
        let query = parts.joined(separator: " | ")
        guard !hints.isEmpty else { return query }
        return query + " with(" + hints.map { "\($0.name)=\($0.value)" }.joined(separator: ", ") + ")"
    }
}

extension SpansetExpression: CustomStringConvertible {
    /// As it is read.
    public var description: String {
        switch self {
        case .filter(nil): "{ }"
        case .filter(let condition?): "{ \(condition) }"
        case .combined(let left, let operation, let right):
            "\(left.operand(of: operation, isRight: false)) \(operation.symbol) "
                + right.operand(of: operation, isRight: true)
        }
    }

    private func operand(of outer: SpansetOperator, isRight: Bool) -> String {
        guard case .combined(_, let own, _) = self else { return description }
        let needs = isRight ? own.strength <= outer.strength : own.strength < outer.strength
        return needs ? "(\(description))" : description
    }
}

extension SpansetOperator {
    fileprivate var strength: Int {
        switch self {
        case .and, .or: 0
        case .structural: 1
        }
    }
}

extension FieldExpression: CustomStringConvertible {
    /// As it is read.
    public var description: String {
        switch self {
        case .constant(let truth): "\(truth)"
        case .comparison(let field, let operation, let value): "\(field) \(operation.rawValue) \(value)"
        case .and(let left, let right): "\(left) && \(right.closed)"
        case .or(let left, let right): "\(left) || \(right.closed)"
        case .not(let inner): "!(\(inner))"
        }
    }

    /// As the right side of an operator, which binds from the left.
    private var closed: String {
        switch self {
        case .and, .or: "(\(description))"
        default: description
        }
    }
}

extension LiteralValue: CustomStringConvertible {
    /// As it is read.
    public var description: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .integer(let number): "\(number)"
        case .number(let number): Self.text(number)
        case .duration(let nanoseconds): "\(nanoseconds)ns"
        case .truth(let truth): "\(truth)"
        case .status(let word): word.rawValue
        case .kind(let word): word.rawValue
        case .nothing: "nil"
        }
    }

    static func text(_ number: Double) -> String {
        let text = "\(number)"
        return text.contains("inf") || text.contains("nan") ? "0.0" : text
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Field: CustomStringConvertible {
    /// As it is read.
    public var description: String {
        switch self {
        case .intrinsic(let intrinsic): intrinsic.rawValue
        case .attribute(let scope, let key):
            isPlain(scope, key)
                ? "\(scope.rawValue).\(key)" : "\(scope.rawValue).\(LiteralValue.quoted(key))"
        }
    }

    private func isPlain(_ scope: AttributeScope, _ key: String) -> Bool {
        // A point and a digit are a number.
        if scope == .any, let first = key.utf8.first, (0x30...0x39).contains(first) { return false }
        return key.utf8.allSatisfy(Self.isPlain)
    }

    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2D: true
        default: false
        }
    }
}

extension SpansetStage: CustomStringConvertible {
    /// As it is read.
    public var description: String {
        switch self {
        case .aggregate(let aggregate, let operation, let value): "\(aggregate) \(operation.rawValue) \(value)"
        case .select(let fields): "select(\(fields.map(\.description).joined(separator: ", ")))"
        }
    }
}

extension Aggregate: CustomStringConvertible {
    /// As it is read.
    public var description: String {
        switch self {
        case .count: "count()"
        case .average(let field): "avg(\(field))"
        case .minimum(let field): "min(\(field))"
        case .maximum(let field): "max(\(field))"
        case .sum(let field): "sum(\(field))"
        }
    }
}

extension MetricStage: CustomStringConvertible {
    /// As it is read.
    public var description: String {
        let text =
            switch function {
            case .rate: "rate()"
            case .countOverTime: "count_over_time()"
            case .minimumOverTime(let field): "min_over_time(\(field))"
            case .maximumOverTime(let field): "max_over_time(\(field))"
            case .averageOverTime(let field): "avg_over_time(\(field))"
            case .sumOverTime(let field): "sum_over_time(\(field))"
            case .quantileOverTime(let field, let quantiles):
                "quantile_over_time(\(field), \(quantiles.map(LiteralValue.text).joined(separator: ", ")))"
            case .histogramOverTime(let field): "histogram_over_time(\(field))"
            }
        guard !groups.isEmpty else { return text }
        return text + " by(\(groups.map(\.description).joined(separator: ", ")))"
    }
}
