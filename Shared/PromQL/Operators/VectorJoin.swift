/// Matches the elements of two vectors at each step.
struct VectorJoin {
    private let binary: BinaryExpression
    private let matching: VectorMatching
    private let steps: Int
    /// Whether the "many" side is the right one.
    private let isSwapped: Bool
    private var results = SeriesCollector()

    init(_ binary: BinaryExpression, steps: Int) {
        self.binary = binary
        self.steps = steps
        matching = binary.matching ?? .allLabels
        isSwapped = matching.cardinality == .oneToMany
    }

    mutating func results(left: [StepSeries], right: [StepSeries]) throws(EvaluationError) -> [StepSeries] {
        let (many, one) = isSwapped ? (right, left) : (left, right)
        var presence = Array(repeating: false, count: steps)
        for series in many {
            for step in 0..<steps where !series.values[step].isAbsent { presence[step] = true }
        }
        let partners = groups(of: one)
        for group in partners.inOrder { try checkUnique(group, where: presence) }
        for group in groups(of: many).inOrder {
            guard let index = partners.indices[matching.signature(of: group[0].labels)] else { continue }
            try join(group, with: partners.inOrder[index])
        }
        return results.series
    }

    /// The series that are matched by the same labels, in the order of their coming.
    private func groups(of series: [StepSeries]) -> (inOrder: [[StepSeries]], indices: [Labels: Int]) {
        var groups: [[StepSeries]] = []
        var indices: [Labels: Int] = [:]
        for each in series {
            let signature = matching.signature(of: each.labels)
            if let index = indices[signature] {
                groups[index].append(each)
            } else {
                indices[signature] = groups.count
                groups.append([each])
            }
        }
        return (groups, indices)
    }

    /// At each step where anything could match, one element of the "one" side at most.
    private func checkUnique(_ group: [StepSeries], where presence: [Bool]) throws(EvaluationError) {
        guard group.count > 1 else { return }
        var owner = Array(repeating: -1, count: steps)
        for (index, series) in group.enumerated() {
            for step in 0..<steps where presence[step] && !series.values[step].isAbsent {
                if owner[step] >= 0 { throw duplicate(series.labels, group[owner[step]].labels) }
                owner[step] = index
            }
        }
    }

    private func duplicate(_ series: Labels, _ other: Labels) -> EvaluationError {
        let side = isSwapped ? "left" : "right"
        return EvaluationError(
            "found duplicate series for the match group \(matching.signature(of: series).inBraces) on the \(side) "
                + "hand-side of the operation: [\(series.inBraces), \(other.inBraces)];"
                + "many-to-many matching not allowed: matching labels must be unique on one side"
        )
    }

    private mutating func join(_ group: [StepSeries], with partners: [StepSeries]) throws(EvaluationError) {
        let isOneToOne = matching.cardinality == .oneToOne
        var isTaken = Array(repeating: false, count: isOneToOne && group.count > 1 ? steps : 0)
        var ofGroup = SeriesCollector()
        ofGroup.overlapError = EvaluationError(
            "multiple matches for labels: grouping labels must ensure unique matches"
        )
        for series in group {
            for partner in partners {
                let values = combine(series, partner)
                guard values.contains(where: { !$0.isAbsent }) else { continue }
                for step in isTaken.indices where !values[step].isAbsent {
                    guard !isTaken[step] else {
                        throw EvaluationError(
                            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                        )
                    }
                    isTaken[step] = true
                }
                try ofGroup.add(StepSeries(labels: labels(of: series.labels, partner.labels), values: values))
            }
        }
        for series in ofGroup.series { try results.add(series) }
    }

    private func combine(_ series: StepSeries, _ partner: StepSeries) -> [Double] {
        let operation = binary.operation
        let isFilter = operation.isComparison && !binary.returnsBool
        var values = Array(repeating: Double.absent, count: steps)
        for step in 0..<steps where !series.values[step].isAbsent && !partner.values[step].isAbsent {
            let (many, one) = (series.values[step], partner.values[step])
            let (left, right) = isSwapped ? (one, many) : (many, one)
            if !isFilter {
                values[step] = operation.number(left, right)
            } else if operation.holds(left, right) {
                values[step] = left
            }
        }
        return values
    }

    private func labels(of many: Labels, _ one: Labels) -> Labels {
        var labels = binary.dropsMetricName ? many.withoutMetricName : many
        if matching.cardinality == .oneToOne {
            labels = labels.filter { matching.labels.contains($0) == matching.isOn }
        }
        for name in matching.included { labels[name] = one[name] }
        return labels
    }
}

extension Labels {
    /// All labels in braces, the metric's name among them.
    var inBraces: String {
        let written = pairs.map { label in
            let name = MetricNames.isLabelName(label.name) ? label.name : Quoting.quote(label.name)
            return "\(name)=\(Quoting.quote(label.value))"
        }
        return "{\(written.joined(separator: ", "))}"
    }
}
