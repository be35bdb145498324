import PromQL

/// Reads a template.
struct TemplateParser {
    private enum Piece {
        case text(String)
        case action(ArraySlice<UInt8>)
    }

    /// How a list of nodes ended.
    private enum Ending {
        case end
        case otherwise
        /// `else if`, and its pipeline.
        case otherwiseIf(TemplateLexer)
        case template
    }

    private static let maximumDepth = 100

    private let pieces: [Piece]
    private var next = 0
    private var depth = 0
    private var variables: [String] = []
    /// The labels that are looked at by name.
    private(set) var labels: Set<String> = []
    /// Whether all labels are looked at together, or some by names that only a line knows.
    private(set) var usesDot = false
    /// Whether the dot is not the labels.
    private var isInside = 0

    init(_ text: String) throws(TemplateFault) {
        pieces = try Self.pieces(Array(text.utf8))
    }

    /// Cuts a template at its actions; `{{-` and `-}}` take the space around them away.
    private static func pieces(_ bytes: [UInt8]) throws(TemplateFault) -> [Piece] {
        var pieces: [Piece] = []
        var position = 0
        var trimsStart = false
        while position <= bytes.count {
            var open = position
            while open < bytes.count,
                !(bytes[open] == UInt8(ascii: "{") && open + 1 < bytes.count && bytes[open + 1] == UInt8(ascii: "{"))
            {
                open += 1
            }
            var text = bytes[position..<open]
            if trimsStart { text = text.drop(while: isSpace) }
            guard open < bytes.count else {
                if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
                break
            }
            var start = open + 2
            if start + 1 < bytes.count, bytes[start] == UInt8(ascii: "-"), isSpace(bytes[start + 1]) {
                while let last = text.last, isSpace(last) { text = text.dropLast() }
                start += 2
            }
            if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
            if bytes[start...].starts(with: "/*".utf8) {
                guard let end = end(ofComment: start, bytes) else { throw TemplateFault("a comment has no end") }
                (position, trimsStart) = end
                continue
            }
            guard var end = TemplateLexer.end(of: start, in: bytes) else {
                throw TemplateFault("an action has no end: \"}}\" is missing")
            }
            position = end + 2
            trimsStart = end - start >= 2 && bytes[end - 1] == UInt8(ascii: "-") && isSpace(bytes[end - 2])
            if trimsStart { end -= 1 }
            pieces.append(.action(bytes[start..<end]))
        }
        return pieces
    }

    private static func end(ofComment start: Int, _ bytes: [UInt8]) -> (position: Int, trims: Bool)? {
        var position = start + 2
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                let rest = bytes[(position + 2)...]
                if rest.starts(with: "}}".utf8) { return (position + 4, false) }
                if rest.starts(with: " -}}".utf8) { return (position + 6, true) }
                return nil
            }
            position += 1
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    // MARK: - Nodes

    mutating func parse() throws(TemplateFault) -> [TemplateNode] {
        let (nodes, ending) = try readNodes()
        switch ending {
        case .template: return nodes
        case .end: throw TemplateFault("unexpected {{end}}")
        case .otherwise, .otherwiseIf: throw TemplateFault("unexpected {{else}}")
        }
    }

    private mutating func readNodes() throws(TemplateFault) -> ([TemplateNode], Ending) {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.maximumDepth else { throw TemplateFault("the template nests too deeply") }
        var nodes: [TemplateNode] = []
        while next < pieces.count {
            let piece = pieces[next]
            next += 1
            guard case .action(let bytes) = piece else {
                if case .text(let text) = piece { nodes.append(.text(text)) }
                continue
            }
            var lexer = TemplateLexer(bytes)
            let start = lexer
            switch try lexer.next() {
            case .word("end"):
                guard try lexer.next() == .end else { throw TemplateFault("unexpected words behind {{end") }
                return (nodes, .end)
            case .word("else"):
                let rest = lexer
                switch try lexer.next() {
                case .end: return (nodes, .otherwise)
                case .word("if"): return (nodes, .otherwiseIf(lexer))
                default:
                    _ = rest
                    throw TemplateFault("{{else}} has nothing behind it but if")
                }
            case .word("if"): nodes.append(try readIf(lexer))
            case .word("with"), .word("range"):
                let isRange = start.startsWithRange
                let known = variables.count
                let pipeline = try readPipeline(lexer)
                isInside += 1
                let (then, ending) = try readNodes()
                isInside -= 1
                let otherwise = try readOtherwise(ending)
                variables.removeLast(variables.count - known)
                nodes.append(
                    isRange
                        ? .range(pipeline, each: then, otherwise: otherwise)
                        : .with(pipeline, then: then, otherwise: otherwise)
                )
            case .word(let word) where ["define", "template", "block", "break", "continue"].contains(word):
                throw TemplateFault("{{\(word)}} is not supported")
            case .end: throw TemplateFault("an action is empty")
            default: nodes.append(.action(try readPipeline(start)))
            }
        }
        return (nodes, .template)
    }

    private mutating func readIf(_ lexer: TemplateLexer) throws(TemplateFault) -> TemplateNode {
        let known = variables.count
        let pipeline = try readPipeline(lexer)
        let (then, ending) = try readNodes()
        let otherwise = try readOtherwise(ending)
        variables.removeLast(variables.count - known)
        return .if(pipeline, then: then, otherwise: otherwise)
    }

    private mutating func readOtherwise(_ ending: Ending) throws(TemplateFault) -> [TemplateNode] {
        switch ending {
        case .end: return []
        case .template: throw TemplateFault("{{end}} is missing")
        case .otherwiseIf(let lexer):
            depth += 1
            defer { depth -= 1 }
            guard depth < Self.maximumDepth else { throw TemplateFault("the template nests too deeply") }
            return [try readIf(lexer)]
        case .otherwise:
            let (nodes, ending) = try readNodes()
            guard case .end = ending else { throw TemplateFault("{{end}} is missing behind {{else}}") }
            return nodes
        }
    }

    // MARK: - Pipelines

    private mutating func readPipeline(_ lexer: TemplateLexer) throws(TemplateFault) -> TemplatePipeline {
        var lexer = lexer
        let (pipeline, ending) = try readPipeline(&lexer)
        guard ending == .end else { throw TemplateFault("unexpected right parenthesis in an action") }
        return pipeline
    }

    private mutating func readPipeline(
        _ lexer: inout TemplateLexer
    ) throws(TemplateFault) -> (TemplatePipeline, TemplateLexer.Token) {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.maximumDepth else { throw TemplateFault("the template nests too deeply") }
        var pipeline = TemplatePipeline()
        try readVariables(&lexer, into: &pipeline)
        var command: [TemplateOperand] = []
        while true {
            let token = try lexer.next()
            switch token {
            case .end, .rightParenthesis, .pipe:
                try Self.check(command, isFirst: pipeline.commands.isEmpty)
                pipeline.commands.append(command)
                command = []
                guard token == .pipe else {
                    if !pipeline.isAssignment { variables += pipeline.variables }
                    return (pipeline, token)
                }
            default: command.append(try readOperand(token, &lexer))
            }
        }
    }

    /// `$x :=`, `$i, $x :=` or `$x =`.
    private mutating func readVariables(
        _ lexer: inout TemplateLexer,
        into pipeline: inout TemplatePipeline
    ) throws(TemplateFault) {
        var ahead = lexer
        var names: [String] = []
        while case .variable(let name, let path) = try ahead.next(), path.isEmpty, name != "$", names.count < 2 {
            names.append(name)
            switch try ahead.next() {
            case .comma: continue
            case .declare: pipeline.isAssignment = false
            case .assign:
                pipeline.isAssignment = true
                if let unknown = names.first(where: { !variables.contains($0) }) {
                    throw TemplateFault("undefined variable \(Quoting.quote(unknown))")
                }
            default: return
            }
            pipeline.variables = names
            lexer = ahead
            return
        }
    }

    private mutating func readOperand(
        _ token: TemplateLexer.Token,
        _ lexer: inout TemplateLexer
    ) throws(TemplateFault) -> TemplateOperand {
        switch token {
        case .field(let path):
            if isInside == 0 {
                if let name = path.first { labels.insert(name) } else { usesDot = true }
            }
            return .field(path)
        case .variable(let name, let path):
            if name == "$" {
                if let label = path.first { labels.insert(label) } else { usesDot = true }
            } else if !variables.contains(name) {
                throw TemplateFault("undefined variable \(Quoting.quote(name))")
            }
            return .variable(name, path)
        case .text(let text): return .literal(.text(text))
        case .number(let text):
            if let whole = Int64(text) { return .literal(.int(whole)) }
            guard let number = Quantity.number(text), number.isFinite else {
                throw TemplateFault("bad number syntax: \(Quoting.quote(text))")
            }
            return .literal(.float(number))
        case .word("true"): return .literal(.bool(true))
        case .word("false"): return .literal(.bool(false))
        case .word("nil"): return .literal(.none)
        case .word(let name): return .function(try TemplateFunction(named: name))
        case .leftParenthesis:
            let (inner, ending) = try readPipeline(&lexer)
            guard case .rightParenthesis(let path) = ending else {
                throw TemplateFault("unclosed left parenthesis in an action")
            }
            guard inner.variables.isEmpty else { throw TemplateFault("a variable is set in parentheses") }
            return .pipeline(inner, path)
        case .comma, .declare, .assign, .end, .pipe, .rightParenthesis:
            throw TemplateFault("unexpected punctuation in an action")
        }
    }

    /// A command is a value alone, or a function with its arguments; what gets a value must be a function.
    private static func check(_ command: [TemplateOperand], isFirst: Bool) throws(TemplateFault) {
        guard let first = command.first else { throw TemplateFault("a command is missing in an action") }
        if case .function = first { return }
        guard command.count == 1, isFirst else {
            throw TemplateFault("only a function takes arguments: \(first.name) is none")
        }
    }
}

extension TemplateLexer {
    fileprivate var startsWithRange: Bool {
        var copy = self
        guard let token = try? copy.next() else { return false }
        return token == .word("range")
    }
}

extension TemplateOperand {
    fileprivate var name: String {
        switch self {
        case .function(let it): it.name
        case .field(let path): "." + path.joined(separator: ".")
        case .variable(let name, _): name
        case .literal(let value): Quoting.quote(value.printed)
        case .pipeline: "what stands in parentheses"
        }
    }
}
