import LinearRegex

extension Evaluation {
    func replaceLabel(_ call: FunctionCall, on grid: StepGrid, _ emit: Emit) async throws {
        let texts = call.arguments.dropFirst().map { Self.text(of: $0) }
        let (target, template, name, pattern) = (texts[0], texts[1], texts[2], texts[3])
        let regex: LinearRegex
        do { regex = try LinearRegex(pattern, options: .dotMatchesNewline) } catch {
            throw EvaluationError("invalid regular expression in label_replace(): \(pattern)")
        }
        guard !target.isEmpty else {
            throw EvaluationError("invalid destination label name in label_replace(): \(target)")
        }
        let replacement = ReplacementTemplate(template, groupNames: regex.groupNames)
        let matcher = regex.matcher()
        try await relabel(call.arguments[0], on: grid, emit) { labels in
            guard let captures = matcher.captures(ofWhole: labels[name]) else { return }
            labels[target] = replacement.expand(captures)
        }
    }

    func joinLabels(_ call: FunctionCall, on grid: StepGrid, _ emit: Emit) async throws {
        let texts = call.arguments.dropFirst().map { Self.text(of: $0) }
        let (target, separator, names) = (texts[0], texts[1], texts.dropFirst(2))
        guard !target.isEmpty else {
            throw EvaluationError("invalid destination label name in label_join(): \(target)")
        }
        if let empty = names.first(where: \.isEmpty) {
            throw EvaluationError("invalid source label name in label_join(): \(empty)")
        }
        try await relabel(call.arguments[0], on: grid, emit) { labels in
            labels[target] = names.map { labels[$0] }.joined(separator: separator)
        }
    }

    private func relabel(
        _ vector: Expression,
        on grid: StepGrid,
        _ emit: Emit,
        _ change: (inout Labels) -> Void
    ) async throws {
        var distinct = DistinctLabels()
        try await vectors(of: vector, on: grid) { series in
            var series = series
            change(&series.labels)
            try distinct.insertOnce(series.labels)
            try emit(series)
        }
    }
}

/// A text with places for what a regular expression captured: `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar.
struct ReplacementTemplate {
    private enum Part {
        case text(String)
        case capture(Int)
    }

    private var parts: [Part] = []

    init(_ template: String, groupNames: [String?]) {
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

    func expand(_ captures: [Substring?]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .capture(let number): captures[number].map(String.init) ?? ""
            }
        }.joined()
    }
}
