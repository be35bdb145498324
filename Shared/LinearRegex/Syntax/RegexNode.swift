/// A parsed expression.
indirect enum RegexNode {
    case empty
    case set(ScalarSet)
    case assertion(RegexAssertion)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case repetition(RegexNode, minimum: Int, maximum: Int?, isGreedy: Bool)
    /// A group that captures, with its number from 1.
    case group(RegexNode, number: Int)

    static let maximumRepeats = 1000

    /// How many copies of its innermost part the counted repetitions make, which bounds the program.
    var repeats: Int {
        switch self {
        case .empty, .set, .assertion: 1
        case .sequence(let parts), .alternatives(let parts): parts.map(\.repeats).max() ?? 1
        case .group(let inner, _): inner.repeats
        case .repetition(let inner, let minimum, let maximum, _): inner.repeats * max(minimum, maximum ?? 1, 1)
        }
    }

    /// Whether it can match without taking a character.
    var isNullable: Bool {
        switch self {
        case .empty, .assertion: true
        case .set: false
        case .sequence(let parts): parts.allSatisfy(\.isNullable)
        case .alternatives(let parts): parts.contains(where: \.isNullable)
        case .group(let inner, _): inner.isNullable
        case .repetition(let inner, let minimum, _, _): minimum == 0 || inner.isNullable
        }
    }

    /// All strings that match, where there are at most so many and nothing but characters decides.
    func literals(atMost limit: Int) -> [String]? {
        switch self {
        case .empty: return [""]
        case .assertion, .repetition: return nil
        case .group(let inner, _): return inner.literals(atMost: limit)
        case .set(let set):
            guard set.count <= 16 else { return nil }
            return set.scalars.map { String(Character($0)) }
        case .alternatives(let parts):
            var all: [String] = []
            for part in parts {
                guard let more = part.literals(atMost: limit), all.count + more.count <= limit else { return nil }
                all += more
            }
            return all
        case .sequence(let parts):
            var all = [""]
            for part in parts {
                guard let more = part.literals(atMost: limit), all.count * more.count <= limit else { return nil }
                all = all.flatMap { start in more.map { start + $0 } }
            }
            return all
        }
    }
}

/// What matches between characters.
enum RegexAssertion: Hashable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary

    /// Whether it holds between two bytes; `nil` stands for the ends of the text.
    func holds(after previous: UInt8?, before next: UInt8?) -> Bool {
        switch self {
        case .textStart: previous == nil
        case .textEnd: next == nil
        case .lineStart: previous == nil || previous == UInt8(ascii: "\n")
        case .lineEnd: next == nil || next == UInt8(ascii: "\n")
        case .wordBoundary: Self.isWord(previous) != Self.isWord(next)
        case .noWordBoundary: Self.isWord(previous) == Self.isWord(next)
        }
    }

    private static func isWord(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        let isLetter = byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        return isLetter || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "_")
    }
}
