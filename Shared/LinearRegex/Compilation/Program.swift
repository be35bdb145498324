/// A nondeterministic automaton over the bytes of UTF-8 (Thompson's construction).
struct Program: Sendable {
    enum Instruction: Sendable {
        /// Takes a byte of the range.
        case bytes(ClosedRange<UInt8>, next: Int32)
        /// Goes both ways, the first preferred.
        case split(Int32, Int32)
        case jump(Int32)
        /// Notes where a group begins or ends.
        case save(slot: Int32, next: Int32)
        case assert(RegexAssertion, next: Int32)
        case fail
        case match
    }

    static let maximumInstructions = 50_000

    var instructions: [Instruction] = []
    var start: Int32 = 0
    /// Two for the whole match and two for each group.
    var slots = 2

    /// Which bytes no instruction tells apart.
    var byteClasses: [UInt8] {
        var isBoundary = [Bool](repeating: false, count: 257)
        for case .bytes(let range, _) in instructions {
            isBoundary[Int(range.lowerBound)] = true
            isBoundary[Int(range.upperBound) + 1] = true
        }
        var classes: [UInt8] = []
        var current: UInt8 = 0
        for byte in 0..<256 {
            if byte > 0, isBoundary[byte] { current += 1 }
            classes.append(current)
        }
        return classes
    }

    /// Whether the deterministic matcher can run it: it knows the ends of the text, but not what lies beside a byte.
    var looksAround: Bool {
        instructions.contains {
            if case .assert(let assertion, _) = $0 { assertion != .textStart && assertion != .textEnd } else { false }
        }
    }
}
