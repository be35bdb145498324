/// Fills in a template for one line.
struct TemplateRun {
    /// What a template may do for one line, so that no text of a query can keep a thread busy.
    private static let maximumSteps = 10_000
    static let maximumBytes = 1 << 20

    let line: String
    let timestamp: Int64
    private let labels: (String) -> String?
    private let allLabels: () -> [String: TemplateValue]
    private var variables: [(name: String, value: TemplateValue)] = []
    private var steps = 0
    private var output = ""

    init(
        line: String,
        timestamp: Int64,
        labels: @escaping (String) -> String?,
        allLabels: @escaping () -> [String: TemplateValue]
    ) {
        (self.line, self.timestamp, self.labels, self.allLabels) = (line, timestamp, labels, allLabels)
    }

    /// What the template gives.
    mutating func text(of template: LineTemplate) throws(TemplateFault) -> String {
        output = ""
        variables = []
        try run(template.nodes, dot: nil)
        return output
    }

    /// The dot is the labels where it is `nil`.
    private mutating func run(_ nodes: [TemplateNode], dot: TemplateValue?) throws(TemplateFault) {
        for node in nodes {
            steps += 1
            guard steps <= Self.maximumSteps, output.utf8.count <= Self.maximumBytes else {
                throw TemplateFault("the template takes too long, or gives too much")
            }
            let known = variables.count
            switch node {
            case .text(let text): output += text
            case .action(let pipeline):
                let value = try evaluate(pipeline, dot)
                if pipeline.variables.isEmpty { output += value.printed }
                continue
            case .if(let pipeline, let then, let otherwise):
                try run(try evaluate(pipeline, dot).isTrue ? then : otherwise, dot: dot)
            case .with(let pipeline, let then, let otherwise):
                let value = try evaluate(pipeline, dot)
                try run(value.isTrue ? then : otherwise, dot: value.isTrue ? value : dot)
            case .range(let pipeline, let each, let otherwise):
                try runRange(pipeline, each, otherwise, dot)
            }
            variables.removeLast(variables.count - known)
        }
    }

    private mutating func runRange(
        _ pipeline: TemplatePipeline,
        _ each: [TemplateNode],
        _ otherwise: [TemplateNode],
        _ dot: TemplateValue?
    ) throws(TemplateFault) {
        var silent = pipeline
        silent.variables = []
        let elements: [(key: TemplateValue, value: TemplateValue)]
        switch try evaluate(silent, dot) {
        case .list(let list): elements = list.enumerated().map { (.int(Int64($0.offset)), $0.element) }
        case .map(let map): elements = map.sorted { $0.key < $1.key }.map { (.text($0.key), $0.value) }
        case .none: elements = []
        default: throw TemplateFault("range can't iterate over a value that is no list")
        }
        if elements.isEmpty { return try run(otherwise, dot: dot) }
        for (key, value) in elements {
            let known = variables.count
            switch pipeline.variables.count {
            case 1: variables.append((pipeline.variables[0], value))
            case 2:
                variables.append((pipeline.variables[0], key))
                variables.append((pipeline.variables[1], value))
            default: break
            }
            steps += 1
            try run(each, dot: value)
            variables.removeLast(variables.count - known)
        }
    }

    // MARK: - Values

    private mutating func evaluate(
        _ pipeline: TemplatePipeline,
        _ dot: TemplateValue?
    ) throws(TemplateFault) -> TemplateValue {
        var value: TemplateValue?
        for command in pipeline.commands { value = try evaluate(command, piped: value, dot) }
        let result = value ?? .none
        for name in pipeline.variables {
            if pipeline.isAssignment, let index = variables.lastIndex(where: { $0.name == name }) {
                variables[index].value = result
            } else {
                variables.append((name, result))
            }
        }
        return result
    }

    private mutating func evaluate(
        _ command: [TemplateOperand],
        piped: TemplateValue?,
        _ dot: TemplateValue?
    ) throws(TemplateFault) -> TemplateValue {
        steps += 1
        guard case .function(let function) = command[0] else { return try evaluate(command[0], dot) }
        if function.name == "and" || function.name == "or" {
            // The first that decides is the value, and those behind it are not asked.
            var value = TemplateValue.none
            for operand in command.dropFirst() {
                value = try evaluate(operand, dot)
                if value.isTrue == (function.name == "or") { return value }
            }
            return piped ?? value
        }
        var arguments: [TemplateValue] = []
        for operand in command.dropFirst() { arguments.append(try evaluate(operand, dot)) }
        if let piped { arguments.append(piped) }
        switch function.name {
        case "__line__": return .text(line)
        case "__timestamp__": return .time(timestamp)
        default: break
        }
        guard let body = TemplateFunctions.named[function.name] else {
            throw TemplateFault("function \(function.name) not defined")
        }
        return try body(TemplateArguments(function.name, arguments))
    }

    private mutating func evaluate(
        _ operand: TemplateOperand,
        _ dot: TemplateValue?
    ) throws(TemplateFault) -> TemplateValue {
        switch operand {
        case .literal(let value): return value
        case .function: return try evaluate([operand], piped: nil, dot)
        case .field(let path):
            if let dot { return try Self.member(of: dot, path[...]) }
            return try label(path[...])
        case .variable("$", let path): return try label(path[...])
        case .variable(let name, let path):
            let value = variables.last { $0.name == name }?.value ?? .none
            return try Self.member(of: value, path[...])
        case .pipeline(let pipeline, let path): return try Self.member(of: try evaluate(pipeline, dot), path[...])
        }
    }

    private func label(_ path: ArraySlice<String>) throws(TemplateFault) -> TemplateValue {
        guard let name = path.first else { return .map(allLabels()) }
        return try Self.member(of: .text(labels(name) ?? ""), path.dropFirst())
    }

    private static func member(
        of value: TemplateValue,
        _ path: ArraySlice<String>
    ) throws(TemplateFault) -> TemplateValue {
        guard let name = path.first else { return value }
        guard case .map(let members) = value else {
            throw TemplateFault("can't evaluate field \(name): the value before it has no fields")
        }
        return try member(of: members[name] ?? .none, path.dropFirst())
    }
}

/// What a function is given.
struct TemplateArguments {
    let function: String
    let values: [TemplateValue]

    init(_ function: String, _ values: [TemplateValue]) {
        (self.function, self.values) = (function, values)
    }

    /// Sees to it that there are so many.
    func expect(_ counts: ClosedRange<Int>) throws(TemplateFault) {
        guard counts.contains(values.count) else {
            let want = counts.count == 1 ? "\(counts.lowerBound)" : "at least \(counts.lowerBound)"
            throw TemplateFault("wrong number of args for \(function): want \(want) got \(values.count)")
        }
    }

    func text(_ index: Int) -> String {
        if case .none = values[index] { return "" }
        return values[index].printed
    }

    /// A count of characters: at least 0, and no more than a line may have.
    func count(_ index: Int) throws(TemplateFault) -> Int {
        let number = values[index].whole
        guard number >= 0, number <= TemplateRun.maximumBytes else {
            throw TemplateFault("\(function) cannot use \(number)")
        }
        return Int(number)
    }
}
