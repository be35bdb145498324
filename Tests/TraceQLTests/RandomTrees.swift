import SeededRandom
import TraceQL

/// Queries that nobody wrote.
struct RandomTrees {
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    private mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

    private mutating func some<Element>(_ element: (inout RandomTrees) -> Element) -> [Element] {
        var elements: [Element] = []
        for _ in 0...below(3) { elements.append(element(&self)) }
        return elements
    }

    mutating func query() -> TraceQuery {
        let stages = below(2) == 0 ? [] : some { $0.stage() }
        return TraceQuery(spanset(3), stages: stages, metric: below(3) == 0 ? metric() : nil)
    }

    private mutating func spanset(_ depth: Int) -> SpansetExpression {
        guard depth > 0, below(2) == 0 else { return .filter(below(5) == 0 ? nil : condition(3)) }
        return .combined(spanset(depth - 1), one(of: SpansetOperator.all), spanset(depth - 1))
    }

    private mutating func condition(_ depth: Int) -> FieldExpression {
        guard depth > 0, below(3) > 0 else {
            return below(8) == 0 ? .constant(below(2) == 0) : comparison()
        }
        switch below(3) {
        case 0: return .and(condition(depth - 1), condition(depth - 1))
        case 1: return .or(condition(depth - 1), condition(depth - 1))
        default: return .not(condition(depth - 1))
        }
    }

    private mutating func comparison() -> FieldExpression {
        switch below(5) {
        case 0: .comparison(.intrinsic(.duration), order(), .duration(Int64(below(1 << 50))))
        case 1: .comparison(.intrinsic(.status), .notEqual, .status(one(of: SpanStatusWord.allCases)))
        case 2: .comparison(.intrinsic(.kind), .equal, .kind(one(of: SpanKindWord.allCases)))
        case 3: .comparison(attribute(), .matches, .text(one(of: ["a.*", "[a-z]+\\d", "x|y"])))
        default: .comparison(attribute(), order(), value())
        }
    }

    private mutating func order() -> ComparisonOperator {
        one(of: [.equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual])
    }

    private mutating func value() -> LiteralValue {
        switch below(4) {
        case 0: .integer(Int64(below(1 << 40)) - 1 << 39)
        case 1: .number((Double(below(1 << 30)) - 1e6) / 1_024 + 0.5)
        case 2: .duration(Int64(below(1 << 50)))
        default: .text(one(of: ["", "a", "\"quoted\"", "a\\b", "line\nbreak", "}{", "ü", "\t"]))
        }
    }

    private mutating func attribute() -> Field {
        .attribute(one(of: AttributeScope.allCases), one(of: ["a", "http.route", "a b", "{", "\"", "x/y", "-1", "ü"]))
    }

    private mutating func numeric() -> Field {
        below(2) == 0 ? .intrinsic(.duration) : .attribute(one(of: [.span, .resource, .any]), "size")
    }

    private mutating func stage() -> SpansetStage {
        guard below(2) == 0 else { return .select(some { $0.attribute() }) }
        let field = numeric()
        return .aggregate(
            one(of: [.count, .average(field), .minimum(field), .maximum(field), .sum(field)]),
            order(),
            .integer(Int64(below(100)))
        )
    }

    private mutating func metric() -> MetricStage {
        let field = numeric()
        return MetricStage(
            one(of: [
                .rate, .countOverTime, .minimumOverTime(field), .maximumOverTime(field), .averageOverTime(field),
                .sumOverTime(field), .histogramOverTime(field), .quantileOverTime(field, [0.5, 0.99]),
            ]),
            by: below(2) == 0 ? [] : some { $0.attribute() }
        )
    }
}
