import PromQL

extension LogSelector {
    /// What lines must satisfy before any stage changes them, so that a source may leave others out.
    var conditions: [LogCondition] {
        var conditions: [LogCondition] = []
        var (isLineStored, areLabelsStored) = (true, true)
        for stage in stages {
            switch stage {
            case .line(let filter): if isLineStored { conditions.append(.line(filter)) }
            case .label(let filter):
                if areLabelsStored, filter.looksAtTexts { conditions.append(.label(filter)) }
            case .lineFormat, .decolorize, .unpack: (isLineStored, areLabelsStored) = (false, false)
            // A parser may set any label, and leaves the line as it is.
            case .json, .logfmt, .regexp, .pattern, .labelFormat, .drop, .keep: areLabelsStored = false
            }
        }
        return conditions
    }

    /// The same as a count by a source: the conditions and the grouping that stand for all stages; `nil` where stages do
    /// more than a source can.
    func countable(by grouping: Grouping?) -> (conditions: [LogCondition], grouping: Grouping?)? {
        var conditions: [LogCondition] = []
        var dropped: Set<String> = []
        var kept: Set<String>?
        for stage in stages {
            switch stage {
            case .line(let filter):
                guard filter.isSearch else { return nil }
                conditions.append(.line(filter))
            case .label(let filter):
                // What was dropped is empty, which a source does not know.
                guard filter.looksAtTexts, filter.names.isDisjoint(with: dropped),
                    kept.map({ filter.names.isSubset(of: $0) }) ?? true
                else { return nil }
                conditions.append(.label(filter))
            case .drop(let choices):
                guard choices.allSatisfy({ $0.matcher == nil }) else { return nil }
                dropped.formUnion(choices.map(\.label))
            case .keep(let choices):
                guard choices.allSatisfy({ $0.matcher == nil }) else { return nil }
                kept = Set(choices.map(\.label)).intersection(kept ?? Set(choices.map(\.label)))
            default: return nil
            }
        }
        return (conditions, Self.reduced(grouping, without: dropped, to: kept))
    }

    private static func reduced(_ grouping: Grouping?, without dropped: Set<String>, to kept: Set<String>?) -> Grouping?
    {
        if let kept {
            let hidden = grouping?.isWithout == true ? Set(grouping?.labels ?? []) : []
            let shown = grouping.flatMap { $0.isWithout ? nil : Set($0.labels) } ?? kept
            return Grouping(
                labels: shown.intersection(kept).subtracting(dropped).subtracting(hidden).sorted(),
                isWithout: false
            )
        }
        guard !dropped.isEmpty else { return grouping }
        guard let grouping else { return Grouping(labels: dropped.sorted(), isWithout: true) }
        return grouping.isWithout
            ? Grouping(labels: dropped.union(grouping.labels).sorted(), isWithout: true)
            : Grouping(labels: grouping.labels.filter { !dropped.contains($0) }, isWithout: false)
    }

    /// The labels that stages and what follows them look at; `nil` where that may be any.
    func labels(neededBy others: Set<String>?) -> Set<String>? {
        guard var names = others else { return nil }
        for stage in stages {
            switch stage {
            case .label(let filter): names.formUnion(filter.names)
            case .lineFormat(let template):
                guard let labels = template.labels else { return nil }
                names.formUnion(labels)
            case .labelFormat(let formats):
                for format in formats {
                    switch format.source {
                    case .label(let name): names.insert(name)
                    case .template(let template):
                        guard let labels = template.labels else { return nil }
                        names.formUnion(labels)
                    }
                }
            case .drop(let choices), .keep(let choices): names.formUnion(choices.map(\.label))
            case .line, .json, .logfmt, .regexp, .pattern, .unpack, .decolorize: continue
            }
        }
        // Whether a label of the text is called so depends on whether there is one of the stream.
        let suffix = LabelNames.duplicateSuffix
        for name in names where name.hasSuffix(suffix) { names.insert(String(name.dropLast(suffix.count))) }
        return names
    }
}

extension LineFilter {
    /// Whether it only looks for texts or regular expressions.
    fileprivate var isSearch: Bool {
        operands.allSatisfy { operand in
            switch operand {
            case .text, .regex: true
            case .pattern, .address: false
            }
        }
    }
}

extension LabelFilter {
    /// Whether it compares texts only, so that it never sets an error. No source knows of errors.
    fileprivate var looksAtTexts: Bool {
        switch self {
        case .matcher(let it): it.name != LabelNames.error && it.name != LabelNames.errorDetails
        case .quantity, .address: false
        case .and(let one, let other), .or(let one, let other): one.looksAtTexts && other.looksAtTexts
        }
    }
}
