import Foundation
import LinearRegex
import SeededRandom
import Testing

/// Random expressions over a small alphabet match what Foundation's backtracking engine matches.
///
/// Repetitions of what may be empty are left out: engines differ in what an empty round does to the loop.
@Suite("Linear and backtracking matching")
struct BacktrackingComparisonTests {
    private struct Generator {
        var random: SplitMix64

        mutating func below(_ bound: Int) -> Int {
            Int.random(in: 0..<bound, using: &random)
        }

        mutating func pattern(_ depth: Int, repeats: Bool = true) -> String {
            if depth == 0 { return ["a", "b", "c", ".", "[ab]", "[^a]", "\\w", "a", "b"][below(9)] }
            switch below(repeats ? 6 : 4) {
            case 0:
                let first = pattern(depth - 1, repeats: repeats)
                return "(\(first)|\(pattern(depth - 1, repeats: repeats)))"
            case 1: return "(\(pattern(depth - 1, repeats: repeats)))"
            case 4, 5:
                return "(?:\(pattern(depth - 1, repeats: false)))" + ["*", "+", "?", "{2}", "{1,2}"][below(5)]
            default:
                let first = pattern(depth - 1, repeats: repeats)
                return first + pattern(depth - 1, repeats: repeats)
            }
        }

        mutating func text() -> String {
            String((0..<below(8)).map { _ in Character(["a", "b", "c", "d"][below(4)]) })
        }
    }

    @Test("agree on matches and on captures", arguments: 1...8)
    func agreement(_ seed: UInt64) throws {
        var generator = Generator(random: SplitMix64(seed: seed))
        for _ in 0..<100 {
            let pattern = generator.pattern(3)
            let regex = try LinearRegex(pattern)
            var matcher = regex.matcher()
            let backtracking = try NSRegularExpression(pattern: pattern)
            for _ in 0..<12 {
                let text = generator.text()
                let all = NSRange(location: 0, length: text.utf16.count)
                let first = backtracking.firstMatch(in: text, range: all)
                let isPart = matcher.matchesPart(of: text)
                #expect(isPart == (first != nil), "\(pattern) in \(text)")
                if let first, let captures = matcher.captures(in: text) {
                    for group in captures.indices {
                        let match = Range(first.range(at: group), in: text).map { text[$0] }
                        #expect(captures[group] == match, "\(pattern) in \(text), group \(group)")
                    }
                }
                let whole = try NSRegularExpression(pattern: "^(?:\(pattern))$").firstMatch(in: text, range: all)
                let isWhole = matcher.matchesWhole(text)
                #expect(isWhole == (whole != nil), "\(pattern) is \(text)")
            }
        }
    }
}
