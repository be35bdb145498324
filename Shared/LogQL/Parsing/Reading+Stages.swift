import LinearRegex
import PromQL

extension Reading {
    /// A selector with its stages.
    mutating func readSelector() throws(LogQLParseError) -> LogSelector {
        var selector = LogSelector(matchers: try readMatchers())
        while true {
            if startsLineFilter {
                selector.stages.append(.line(try readLineFilter()))
            } else if try take(.pipe) {
                selector.stages.append(try readStage())
            } else {
                return selector
            }
        }
    }

    /// `{a="b", c=~"d.*"}`.
    mutating func readMatchers() throws(LogQLParseError) -> [LabelMatcher] {
        try expect(.leftBrace)
        var matchers: [LabelMatcher] = []
        while try !take(.rightBrace) {
            let start = token.start
            let name = try readName()
            guard let operation = matcherOperation else { throw unexpected(expected: "=, !=, =~ or !~") }
            try advance()
            matchers.append(try matcher(name, operation, try readText(), at: start))
            if try take(.comma) { continue }
            guard token.kind == .symbol(.rightBrace) else { throw unexpected(expected: "\",\" or \"}\"") }
        }
        return matchers
    }

    private var matcherOperation: LabelMatcher.Operation? {
        guard case .symbol(let symbol) = token.kind else { return nil }
        return LabelMatcher.Operation(rawValue: symbol.rawValue)
    }

    private func matcher(
        _ name: String,
        _ operation: LabelMatcher.Operation,
        _ value: String,
        at start: Int
    ) throws(LogQLParseError) -> LabelMatcher {
        do throws(LinearRegexError) {
            return try LabelMatcher(name, operation, value)
        } catch {
            throw fault(error.description, at: start)
        }
    }

    // MARK: - Line filters

    var startsLineFilter: Bool {
        lineOperation != nil
    }

    private var lineOperation: LineFilter.Operation? {
        guard case .symbol(let symbol) = token.kind else { return nil }
        return LineFilter.Operation(rawValue: symbol.rawValue)
    }

    mutating func readLineFilter() throws(LogQLParseError) -> LineFilter {
        guard let operation = lineOperation else { throw unexpected() }
        try advance()
        var operands = [try readOperand(operation)]
        while try take(word: "or") { operands.append(try readOperand(operation)) }
        return LineFilter(operation, operands)
    }

    private mutating func readOperand(
        _ operation: LineFilter.Operation
    ) throws(LogQLParseError) -> LineFilter.Operand {
        let start = token.start
        if token.isWord("ip") {
            guard operation == .contains || operation == .excludes else {
                throw fault("ip() goes with |= and != only", at: start)
            }
            return .address(try readAddressRange())
        }
        let text = try readText()
        switch operation {
        case .contains, .excludes: return .text(text)
        case .matches, .doesNotMatch:
            do throws(LinearRegexError) { return .regex(try LineRegex(text)) } catch {
                throw fault(error.description, at: start)
            }
        case .fits, .doesNotFit:
            do throws(LinePattern.Fault) { return .pattern(try LinePattern(filtering: text)) } catch {
                throw fault(error.message, at: start)
            }
        }
    }

    /// `ip("10.0.0.0/8")`.
    mutating func readAddressRange() throws(LogQLParseError) -> AddressRange {
        try advance()
        try expect(.leftParenthesis)
        let start = token.start
        let text = try readText()
        guard let range = AddressRange(text) else {
            throw fault("ip: \(Quoting.quote(text)) is no address, no range of addresses and no CIDR block", at: start)
        }
        try expect(.rightParenthesis)
        return range
    }

    // MARK: - Other stages

    /// A stage behind its `|`.
    mutating func readStage() throws(LogQLParseError) -> Stage {
        if token.kind == .symbol(.leftParenthesis) { return .label(try readLabelFilter()) }
        guard token.kind == .word else { throw unexpected(expected: "a stage such as json or a condition on a label") }
        let start = token.start
        switch token.text {
        case "json":
            try advance()
            return .json(try readExtractions { JSONStep.path($0) })
        case "logfmt":
            try advance()
            return .logfmt(try readLogfmt())
        case "regexp":
            try advance()
            return .regexp(try readRegexp())
        case "pattern":
            try advance()
            let textStart = token.start
            let text = try readText()
            do throws(LinePattern.Fault) { return .pattern(try LinePattern(capturing: text)) } catch {
                throw fault("invalid pattern: \(error.message)", at: textStart)
            }
        case "unpack":
            try advance()
            return .unpack
        case "decolorize":
            try advance()
            return .decolorize
        case "line_format":
            try advance()
            return .lineFormat(try readTemplate("line_format"))
        case "label_format":
            try advance()
            return .labelFormat(try readLabelFormats(at: start))
        case "drop":
            try advance()
            return .drop(try readChoices())
        case "keep":
            try advance()
            return .keep(try readChoices())
        case "unwrap": throw fault("unwrap belongs into an aggregation over time such as sum_over_time", at: start)
        case "distinct": throw fault("distinct is not supported", at: start)
        default: return .label(try readLabelFilter())
        }
    }

    private mutating func readExtractions(
        _ steps: (String) -> [JSONStep]?
    ) throws(LogQLParseError) -> [LabelExtraction] {
        var extractions: [LabelExtraction] = []
        guard token.kind == .word else { return [] }
        repeat {
            let label = try readName()
            var (path, start) = (label, token.start)
            if try take(.assign) {
                start = token.start
                path = try readText()
            }
            guard let steps = steps(path) else {
                throw fault("cannot read the path \(Quoting.quote(path)) of \(label)", at: start)
            }
            extractions.append(LabelExtraction(label: label, path: path, steps: steps))
        } while try take(.comma)
        return extractions
    }

    private mutating func readLogfmt() throws(LogQLParseError) -> LogfmtParsing {
        var parsing = LogfmtParsing(isStrict: false, keepsEmpty: false, extractions: [])
        while token.kind == .flag {
            switch token.text {
            case "--strict": parsing.isStrict = true
            case "--keep-empty": parsing.keepsEmpty = true
            default:
                throw fault("logfmt has no flag \(token.text): there are --strict and --keep-empty", at: token.start)
            }
            try advance()
        }
        parsing.extractions = try readExtractions { _ in [] }
        return parsing
    }

    private mutating func readRegexp() throws(LogQLParseError) -> RegexpParsing {
        let start = token.start
        let text = try readText()
        let parsing: RegexpParsing
        do throws(LinearRegexError) { parsing = RegexpParsing(regex: try LineRegex(text)) } catch {
            throw fault(error.description, at: start)
        }
        let names = parsing.labels.compactMap { $0 }
        guard !names.isEmpty else { throw fault("at least one named capture must be supplied", at: start) }
        if let name = names.first(where: { !LabelNames.isName($0) }) {
            throw fault("invalid extracted label name \(Quoting.quote(name))", at: start)
        }
        return parsing
    }

    private mutating func readTemplate(_ stage: String) throws(LogQLParseError) -> LineTemplate {
        let start = token.start
        let text = try readText()
        do throws(TemplateFault) { return try LineTemplate(text) } catch {
            throw fault("invalid template in \(stage): \(error.message)", at: start)
        }
    }

    private mutating func readLabelFormats(at start: Int) throws(LogQLParseError) -> [LabelFormat] {
        var formats: [LabelFormat] = []
        repeat {
            let label = try readName()
            try expect(.assign)
            if formats.contains(where: { $0.label == label }) {
                throw fault(
                    "multiple label name \(Quoting.quote(label)) not allowed in a single format operation",
                    at: start
                )
            }
            if label == LabelNames.error {
                throw fault("\(label) cannot be formatted", at: start)
            }
            formats.append(
                LabelFormat(
                    label: label,
                    source: token.kind == .word ? .label(try readName()) : .template(try readTemplate("label_format"))
                )
            )
        } while try take(.comma)
        return formats
    }

    private mutating func readChoices() throws(LogQLParseError) -> [LabelChoice] {
        var choices: [LabelChoice] = []
        repeat {
            let start = token.start
            let label = try readName()
            guard let operation = matcherOperation else {
                choices.append(LabelChoice(label: label, matcher: nil))
                continue
            }
            try advance()
            let matcher = try matcher(label, operation, try readText(), at: start)
            choices.append(LabelChoice(label: label, matcher: matcher))
        } while try take(.comma)
        return choices
    }
}
