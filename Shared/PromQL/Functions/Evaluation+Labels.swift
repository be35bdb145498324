import LinearRegex

extension Evaluation {
    /// `label_replace` and `label_join`.
    func relabel(_ call: FunctionCall, on grid: StepGrid, _ emit: SeriesSink) async throws {
        let change = try Self.labelChange(of: call)
        var distinct = DistinctLabels()
        try await vectors(of: call.arguments[0], on: grid) { series in
            var series = series
            change.apply(to: &series.labels)
            try distinct.insertOnce(series.labels)
            try emit(series)
        }
    }

    private static func labelChange(of call: FunctionCall) throws -> any LabelChange {
        let texts = call.arguments.dropFirst().map { text(of: $0) }
        return call.name == "label_join" ? try LabelJoin(texts) : try LabelReplacement(texts)
    }
}

/// What a function does with the labels of an element.
private protocol LabelChange {
    func apply(to labels: inout Labels)
}

/// What `label_replace` does with the labels of an element.
private struct LabelReplacement: LabelChange {
    private let target: String
    private let template: ReplacementTemplate
    private let source: String
    private let matcher: RegexMatcher

    /// From the texts that the function is given: target, template, source and expression.
    init(_ texts: [String]) throws(EvaluationError) {
        (target, source) = (texts[0], texts[2])
        guard let regex = try? LinearRegex(texts[3], options: .dotMatchesNewline) else {
            throw EvaluationError("invalid regular expression in label_replace(): \(texts[3])")
        }
        guard !target.isEmpty else {
            throw EvaluationError("invalid destination label name in label_replace(): \(target)")
        }
        template = ReplacementTemplate(texts[1], groupNames: regex.groupNames)
        matcher = regex.matcher()
    }

    func apply(to labels: inout Labels) {
        guard let captures = matcher.captures(ofWhole: labels[source]) else { return }
        labels[target] = template.expand(captures)
    }
}

/// What `label_join` does with the labels of an element.
private struct LabelJoin: LabelChange {
    private let target: String
    private let separator: String
    private let sources: ArraySlice<String>

    /// From the texts that the function is given: target, separator and sources.
    init(_ texts: [String]) throws(EvaluationError) {
        (target, separator, sources) = (texts[0], texts[1], texts.dropFirst(2))
        guard !target.isEmpty else {
            throw EvaluationError("invalid destination label name in label_join(): \(target)")
        }
        if let empty = sources.first(where: \.isEmpty) {
            throw EvaluationError("invalid source label name in label_join(): \(empty)")
        }
    }

    func apply(to labels: inout Labels) {
        labels[target] = sources.map { labels[$0] }.joined(separator: separator)
    }
}

/// A text with places for what a regular expression captured: `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar.
public struct ReplacementTemplate: Sendable {
    private enum Part: Sendable {
        case text(String)
        case capture(Int)
    }

    private var parts: [Part] = []

    /// Reads a template for an expression with these groups, `nil` for those without a name.
    public init(_ template: String, groupNames: [String?]) {
        var rest = template[...]
        var text = ""
        while let character = rest.popFirst() {
            guard character == "$" else {
                text.append(character)
                continue
            }
            if rest.first == "$" {
                rest.removeFirst()
                text.append("$")
                continue
            }
            guard let name = Self.takeName(&rest) else {
                text.append("$")
                continue
            }
            parts.append(.text(text))
            text = ""
            // What names no group stands for nothing.
            if let number = Int(name) {
                if number <= groupNames.count { parts.append(.capture(number)) }
            } else if let index = groupNames.firstIndex(of: name) {
                parts.append(.capture(index + 1))
            }
        }
        parts.append(.text(text))
    }

    /// As long a name as there is: `$1x` names the group `1x`.
    private static func takeName(_ rest: inout Substring) -> String? {
        let isInBraces = rest.first == "{"
        let start = isInBraces ? rest.dropFirst() : rest
        let name = start.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
        let end = start[name.endIndex...]
        guard !name.isEmpty, !isInBraces || end.first == "}" else { return nil }
        rest = isInBraces ? end.dropFirst() : end
        return String(name)
    }

    /// The text with what was captured: the match first, then each group.
    public func expand(_ captures: [Substring?]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .capture(let number): captures[number].map(String.init) ?? ""
            }
        }.joined()
    }
}
