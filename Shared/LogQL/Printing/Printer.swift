import PromQL

/// Writes queries on one line.
enum Printer {
    static func text(of selector: LogSelector) -> String {
        ([matchers(of: selector)] + selector.stages.map { text(of: $0) }).joined(separator: " ")
    }

    static func matchers(of selector: LogSelector) -> String {
        "{\(selector.matchers.map { text(of: $0) }.joined(separator: ", "))}"
    }

    static func text(of matcher: LabelMatcher) -> String {
        "\(matcher.name)\(matcher.operation.rawValue)\(quote(matcher.value))"
    }

    /// Between backticks where that spares escapes.
    private static func quote(_ text: String) -> String {
        let quoted = Quoting.quote(text)
        guard quoted.contains("\\"), !text.contains("`"), !text.contains("\r"),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{FFFD}" })
        else { return quoted }
        return "`\(text)`"
    }

    // MARK: - Stages

    static func text(of stage: Stage) -> String {
        switch stage {
        case .line(let filter):
            "\(filter.operation.rawValue) \(filter.operands.map { text(of: $0) }.joined(separator: " or "))"
        case .json(let extractions): "| json\(list(extractions))"
        case .logfmt(let parsing):
            "| logfmt\(parsing.isStrict ? " --strict" : "")\(parsing.keepsEmpty ? " --keep-empty" : "")"
                + list(parsing.extractions)
        case .regexp(let parsing): "| regexp \(quote(parsing.regex.pattern))"
        case .pattern(let pattern): "| pattern \(quote(pattern.text))"
        case .unpack: "| unpack"
        case .label(let filter): "| \(text(ofStage: filter))"
        case .lineFormat(let template): "| line_format \(quote(template.text))"
        case .labelFormat(let formats): "| label_format \(formats.map { text(of: $0) }.joined(separator: ", "))"
        case .decolorize: "| decolorize"
        case .drop(let choices): "| drop \(choices.map { text(of: $0) }.joined(separator: ", "))"
        case .keep(let choices): "| keep \(choices.map { text(of: $0) }.joined(separator: ", "))"
        }
    }

    private static func text(of operand: LineFilter.Operand) -> String {
        switch operand {
        case .text(let text): quote(text)
        case .regex(let regex): quote(regex.pattern)
        case .pattern(let pattern): quote(pattern.text)
        case .address(let range): "ip(\(quote(range.text)))"
        }
    }

    private static func list(_ extractions: [LabelExtraction]) -> String {
        guard !extractions.isEmpty else { return "" }
        return " " + extractions.map { "\($0.label)=\(quote($0.path))" }.joined(separator: ", ")
    }

    private static func text(of format: LabelFormat) -> String {
        switch format.source {
        case .label(let name): "\(format.label)=\(name)"
        case .template(let template): "\(format.label)=\(quote(template.text))"
        }
    }

    private static func text(of choice: LabelChoice) -> String {
        choice.matcher.map { text(of: $0) } ?? choice.label
    }

    /// In parentheses where a label is called as a stage is.
    private static func text(ofStage filter: LabelFilter) -> String {
        filter.names.isDisjoint(with: stageNames) ? text(of: filter) : "(\(text(of: filter)))"
    }

    private static let stageNames: Set<String> = [
        "json", "logfmt", "regexp", "pattern", "unpack", "decolorize", "line_format", "label_format", "drop", "keep",
        "unwrap", "distinct",
    ]

    static func text(of filter: LabelFilter) -> String {
        switch filter {
        case .matcher(let matcher): return text(of: matcher)
        case .quantity(let filter): return "\(filter.label) \(filter.comparison.rawValue) \(filter.quantity.text)"
        case .address(let filter):
            return "\(filter.label)\(filter.isNegative ? "!=" : "=")ip(\(quote(filter.range.text)))"
        case .and(let one, let other):
            return "\(inner(one, isOr: true)) and \(inner(other, isOr: true, isAnd: true))"
        case .or(let one, let other): return "\(inner(one)) or \(inner(other, isOr: true))"
        }
    }

    /// In parentheses where the reader would otherwise take it apart.
    private static func inner(_ filter: LabelFilter, isOr: Bool = false, isAnd: Bool = false) -> String {
        switch filter {
        case .or where isOr, .and where isAnd: "(\(text(of: filter)))"
        default: text(of: filter)
        }
    }

    // MARK: - Numbers

    static func text(of expression: MetricExpression) -> String {
        switch expression {
        case .number(let number): NumberFormat.plain(number)
        case .vector(let number): "vector(\(NumberFormat.plain(number)))"
        case .range(let it): text(of: it)
        case .aggregation(let it):
            "\(head(of: it))(\(it.parameter.map { NumberFormat.plain($0) + ", " } ?? "")\(text(of: it.expression)))"
        case .binary(let it): "\(text(of: it.left)) \(operation(of: it)) \(text(of: it.right))"
        case .labelReplace(let it): "label_replace(\(text(of: it.expression)), \(texts(of: it)))"
        case .parentheses(let it): "(\(text(of: it)))"
        }
    }

    static func texts(of replacement: LabelReplacement) -> String {
        [replacement.target, replacement.replacement, replacement.source, replacement.pattern].map { quote($0) }
            .joined(separator: ", ")
    }

    static func text(of range: RangeAggregation) -> String {
        let parameter = range.parameter.map { NumberFormat.plain($0) + ", " } ?? ""
        let parts = [text(of: range.selector)] + (range.unwrap.map { [text(of: $0)] } ?? []) + [time(of: range)]
        return "\(range.operation.rawValue)(\(parameter)\(parts.joined(separator: " ")))\(tail(of: range))"
    }

    /// `[5m] offset 1h`.
    static func time(of range: RangeAggregation) -> String {
        let offset = range.offset == 0 ? "" : " offset \(DurationText.format(range.offset))"
        return "[\(DurationText.format(range.range))]\(offset)"
    }

    static func tail(of range: RangeAggregation) -> String {
        range.grouping.map { " " + text(of: $0) } ?? ""
    }

    static func text(of unwrap: Unwrap) -> String {
        let label = unwrap.conversion.map { "\($0.rawValue)(\(unwrap.label))" } ?? unwrap.label
        return (["| unwrap \(label)"] + unwrap.filters.map { "| \(text(ofStage: $0))" }).joined(separator: " ")
    }

    /// An aggregation's operator with its grouping.
    static func head(of aggregation: VectorAggregation) -> String {
        aggregation.operation.rawValue + (aggregation.grouping.map { " \(text(of: $0)) " } ?? "")
    }

    private static func text(of grouping: Grouping) -> String {
        "\(grouping.isWithout ? "without" : "by") (\(grouping.labels.joined(separator: ", ")))"
    }

    /// The operator of a binary expression with its modifiers.
    static func operation(of binary: MetricBinary) -> String {
        var text = binary.operation.rawValue
        if binary.returnsBool { text += " bool" }
        guard let matching = binary.matching else { return text }
        text += " \(matching.isOn ? "on" : "ignoring") (\(matching.labels.joined(separator: ", ")))"
        switch matching.cardinality {
        case .manyToOne: text += " group_left (\(matching.included.joined(separator: ", ")))"
        case .oneToMany: text += " group_right (\(matching.included.joined(separator: ", ")))"
        case .oneToOne, .manyToMany: break
        }
        return text
    }
}

extension LogQuery: CustomStringConvertible {
    /// The query on one line; read again it gives the same tree.
    public var description: String {
        switch self {
        case .log(let selector): Printer.text(of: selector)
        case .metric(let expression): Printer.text(of: expression)
        }
    }
}

extension MetricExpression: CustomStringConvertible {
    /// The expression on one line.
    public var description: String {
        Printer.text(of: self)
    }
}

extension LogSelector: CustomStringConvertible {
    /// The selector with its stages on one line.
    public var description: String {
        Printer.text(of: self)
    }
}
