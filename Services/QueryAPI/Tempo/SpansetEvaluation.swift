import TraceQL

/// Which spans of one trace a query of TraceQL means, from the filters that each satisfies.
struct SpansetEvaluation {
    private let spans: [MatchedSpan]
    private let indices: [String: Int]

    init(_ spans: [MatchedSpan]) {
        self.spans = spans
        indices = Dictionary(spans.enumerated().map { ($1.spanID, $0) }) { first, _ in first }
    }

    /// The indices of the spans, in order.
    func result(of expression: SpansetExpression) -> [Int] {
        var filter = 0
        return evaluate(expression, &filter).sorted()
    }

    private func evaluate(_ expression: SpansetExpression, _ filter: inout Int) -> Set<Int> {
        switch expression {
        case .filter:
            defer { filter += 1 }
            return Set(spans.indices.filter { spans[$0].matches[filter] })
        case .combined(let left, let operation, let right):
            let left = evaluate(left, &filter)
            let right = evaluate(right, &filter)
            switch operation {
            case .and: return left.isEmpty || right.isEmpty ? [] : left.union(right)
            case .or: return left.union(right)
            case .structural(let relation, let mode):
                let related = self.related(left, relation, right)
                switch mode {
                case .plain: return related
                case .negated: return right.subtracting(related)
                case .union: return related.union(self.related(right, relation.inverse, left))
                }
            }
        }
    }

    private func parent(_ index: Int) -> Int? {
        spans[index].parentID.isEmpty ? nil : indices[spans[index].parentID]
    }

    /// The spans of the right that stand so to one of the left.
    private func related(_ left: Set<Int>, _ relation: SpansetOperator.Relation, _ right: Set<Int>) -> Set<Int> {
        switch relation {
        case .child: return right.filter { parent($0).map(left.contains) ?? false }
        case .parent: return right.intersection(left.compactMap(parent))
        case .ancestor:
            // What is above a span that was seen was seen too: no chain is walked twice, and no circle.
            var above: Set<Int> = []
            for index in left {
                var next = parent(index)
                while let current = next, above.insert(current).inserted { next = parent(current) }
            }
            return right.intersection(above)
        case .descendant:
            var isBelow: [Int: Bool] = [:]
            return right.filter { index in
                var chain: [Int] = []
                var next: Int? = index
                var answer = false
                while let current = next {
                    if let known = isBelow[current] {
                        answer = known
                        break
                    }
                    isBelow[current] = false
                    chain.append(current)
                    next = parent(current)
                }
                for current in chain.reversed() {
                    if let above = parent(current) { answer = answer || left.contains(above) }
                    isBelow[current] = answer
                }
                return isBelow[index] ?? false
            }
        case .sibling:
            var children: [String: Int] = [:]
            for index in left where !spans[index].parentID.isEmpty { children[spans[index].parentID, default: 0] += 1 }
            return right.filter { (children[spans[$0].parentID] ?? 0) > (left.contains($0) ? 1 : 0) }
        }
    }
}

extension SpansetOperator.Relation {
    fileprivate var inverse: SpansetOperator.Relation {
        switch self {
        case .descendant: .ancestor
        case .ancestor: .descendant
        case .child: .parent
        case .parent: .child
        case .sibling: .sibling
        }
    }
}
