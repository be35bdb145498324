/// Turns a parsed expression into a program, from its end to its start: each part knows what follows it.
struct Compiler {
    private var program = Program()

    static func compile(_ node: RegexNode, groups: Int) throws(LinearRegexError) -> Program {
        var compiler = Compiler()
        compiler.program.slots = 2 * (groups + 1)
        let match = try compiler.emit(.match)
        compiler.program.start = try compiler.compile(node, then: match)
        return compiler.program
    }

    private mutating func emit(_ instruction: Program.Instruction) throws(LinearRegexError) -> Int32 {
        guard program.instructions.count < Program.maximumInstructions else {
            throw LinearRegexError(code: .tooLarge, part: "")
        }
        program.instructions.append(instruction)
        return Int32(program.instructions.count - 1)
    }

    private mutating func compile(_ node: RegexNode, then next: Int32) throws(LinearRegexError) -> Int32 {
        switch node {
        case .empty: return next
        case .set(let set): return try compile(set, then: next)
        case .assertion(let assertion): return try emit(.assert(assertion, next: next))
        case .sequence(let parts):
            var next = next
            for part in parts.reversed() { next = try compile(part, then: next) }
            return next
        case .alternatives(let parts):
            var entry: Int32?
            for part in parts.reversed() {
                let way = try compile(part, then: next)
                if let rest = entry { entry = try emit(.split(way, rest)) } else { entry = way }
            }
            return entry ?? next
        case .group(let inner, let number):
            let end = try emit(.save(slot: Int32(2 * number + 1), next: next))
            let body = try compile(inner, then: end)
            return try emit(.save(slot: Int32(2 * number), next: body))
        case .repetition(let inner, let minimum, let maximum, let isGreedy):
            return try compile(inner, minimum: minimum, maximum: maximum, isGreedy: isGreedy, then: next)
        }
    }

    private mutating func compile(
        _ inner: RegexNode,
        minimum: Int,
        maximum: Int?,
        isGreedy: Bool,
        then next: Int32
    ) throws(LinearRegexError) -> Int32 {
        var entry = next
        var copies = minimum
        if let maximum {
            for _ in 0..<max(0, maximum - minimum) {
                let body = try compile(inner, then: entry)
                entry = try emit(isGreedy ? .split(body, next) : .split(next, body))
            }
        } else {
            let loop = try emit(.fail)
            let body = try compile(inner, then: loop)
            program.instructions[Int(loop)] = isGreedy ? .split(body, next) : .split(next, body)
            if minimum > 0 {
                // The loop's own body is the last of the copies.
                entry = body
                copies -= 1
            } else if inner.isNullable {
                // As if it were (x+)?, so that an empty round ends it.
                entry = try emit(isGreedy ? .split(body, next) : .split(next, body))
            } else {
                entry = loop
            }
        }
        for _ in 0..<copies { entry = try compile(inner, then: entry) }
        return entry
    }

    private mutating func compile(_ set: ScalarSet, then next: Int32) throws(LinearRegexError) -> Int32 {
        var entry: Int32?
        for range in set.ranges {
            for sequence in UTF8Ranges.sequences(of: range) {
                var way = next
                for bytes in sequence.reversed() { way = try emit(.bytes(bytes, next: way)) }
                if let rest = entry { entry = try emit(.split(way, rest)) } else { entry = way }
            }
        }
        if let entry { return entry }
        return try emit(.fail)
    }
}
