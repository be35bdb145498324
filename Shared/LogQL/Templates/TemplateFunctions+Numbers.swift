extension TemplateFunctions {
    private static func whole(
        _ counts: ClosedRange<Int>,
        _ combine: @escaping @Sendable (Int64, Int64) throws(TemplateFault) -> Int64
    ) -> Body {
        { (given) throws(TemplateFault) in
            try given.expect(counts)
            var result = given.values[0].whole
            for value in given.values.dropFirst() { result = try combine(result, value.whole) }
            return .int(result)
        }
    }

    private static func real(
        _ counts: ClosedRange<Int>,
        _ combine: @escaping @Sendable (Double, Double) -> Double
    ) -> Body {
        { (given) throws(TemplateFault) in
            try given.expect(counts)
            return .float(given.values.dropFirst().reduce(given.values[0].number) { combine($0, $1.number) })
        }
    }

    private static func rounding(_ rule: FloatingPointRoundingRule) -> Body {
        { (given) throws(TemplateFault) in
            try given.expect(1...1)
            return .float(given.values[0].number.rounded(rule))
        }
    }

    private static let many = 1...64
    private static let noDivisor = TemplateFault("integer divide by zero")

    static let numbers: [String: Body] = [
        "add": whole(many) { $0 &+ $1 },
        "sub": whole(2...2) { $0 &- $1 },
        "mul": whole(many) { $0 &* $1 },
        "div": whole(2...2) { (one, other) throws(TemplateFault) in
            guard other != 0 else { throw noDivisor }
            return one.dividedReportingOverflow(by: other).partialValue
        },
        "mod": whole(2...2) { (one, other) throws(TemplateFault) in
            guard other != 0 else { throw noDivisor }
            return one.remainderReportingOverflow(dividingBy: other).partialValue
        },
        "max": whole(many) { Swift.max($0, $1) },
        "min": whole(many) { Swift.min($0, $1) },
        "addf": real(many) { $0 + $1 },
        "subf": real(many) { $0 - $1 },
        "mulf": real(many) { $0 * $1 },
        "divf": real(many) { $0 / $1 },
        "maxf": real(many) { Swift.max($0, $1) },
        "minf": real(many) { Swift.min($0, $1) },
        "floor": rounding(.down),
        "ceil": rounding(.up),
        "round": { (given) throws(TemplateFault) in
            try given.expect(2...2)
            var factor = 1.0
            for _ in 0..<min(try given.count(1), 15) { factor *= 10 }
            return .float((given.values[0].number * factor).rounded() / factor)
        },
        "int": { (given) throws(TemplateFault) in
            try given.expect(1...1)
            return .int(given.values[0].whole)
        },
        "float64": { (given) throws(TemplateFault) in
            try given.expect(1...1)
            return .float(given.values[0].number)
        },
    ]

    // MARK: - Comparisons

    private static func truth(
        _ counts: ClosedRange<Int>,
        _ body: @escaping @Sendable (TemplateArguments) throws(TemplateFault) -> Bool
    ) -> Body {
        { (given) throws(TemplateFault) in
            try given.expect(counts)
            return .bool(try body(given))
        }
    }

    static let comparisons: [String: Body] = [
        "not": truth(1...1) { !$0.values[0].isTrue },
        "eq": truth(2...64) { (given) throws(TemplateFault) in
            for other in given.values.dropFirst() where try order(given.values[0], other) == 0 { return true }
            return false
        },
        "ne": truth(2...2) { (given) throws(TemplateFault) in try order(given.values[0], given.values[1]) != 0 },
        "lt": truth(2...2) { (given) throws(TemplateFault) in try order(given.values[0], given.values[1]) == -1 },
        "le": truth(2...2) { (given) throws(TemplateFault) in
            let order = try order(given.values[0], given.values[1])
            return order == -1 || order == 0
        },
        "gt": truth(2...2) { (given) throws(TemplateFault) in try order(given.values[0], given.values[1]) == 1 },
        "ge": truth(2...2) { (given) throws(TemplateFault) in
            let order = try order(given.values[0], given.values[1])
            return order == 1 || order == 0
        },
        "contains": truth(2...2) { given in
            var line = given.text(1)
            return line.withUTF8 { ByteSearch.first(Array(given.text(0).utf8), in: $0) != nil }
        },
        "hasPrefix": truth(2...2) { $0.text(1).utf8.starts(with: $0.text(0).utf8) },
        "hasSuffix": truth(2...2) { $0.text(1).utf8.reversed().starts(with: $0.text(0).utf8.reversed()) },
    ]

    /// -1, 0 or 1; 2 where there is no order, as with NaN.
    private static func order(_ one: TemplateValue, _ other: TemplateValue) throws(TemplateFault) -> Int {
        switch (one, other) {
        case (.text(let left), .text(let right)):
            return left == right ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        case (.int(let left), .int(let right)), (.time(let left), .time(let right)):
            return left == right ? 0 : left < right ? -1 : 1
        case (.int, .float), (.float, .int), (.float, .float):
            let (left, right) = (one.number, other.number)
            return left == right ? 0 : left < right ? -1 : left > right ? 1 : 2
        case (.bool(let left), .bool(let right)): return left == right ? 0 : 2
        case (.none, .none): return 0
        default: throw TemplateFault("incompatible types for comparison")
        }
    }
}
