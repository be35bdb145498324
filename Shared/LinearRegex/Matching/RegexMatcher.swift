/// Matches texts against one expression and remembers what it learned of it on the way.
///
/// Time is linear in the length of the text, memory bounded by the expression.
public struct RegexMatcher {
    private let program: Program
    private let looksAround: Bool
    private var whole: LazyDFA
    private var anywhere: LazyDFA?

    init(_ regex: LinearRegex) {
        program = regex.program
        looksAround = program.looksAround
        whole = LazyDFA(program, isAnchored: true)
    }

    /// Whether the expression matches the whole text.
    public mutating func matchesWhole(_ text: String) -> Bool {
        if looksAround { return captures(ofWhole: text) != nil }
        return withBytes(of: text) { whole.matches($0) }
    }

    /// Whether the expression matches somewhere in the text.
    public mutating func matchesPart(of text: String) -> Bool {
        if looksAround { return captures(in: text) != nil }
        var searching = anywhere ?? LazyDFA(program, isAnchored: false)
        anywhere = nil
        defer { anywhere = searching }
        return withBytes(of: text) { searching.matches($0) }
    }

    /// What the groups captured when the expression matches the whole text.
    ///
    /// - Returns: The match first, then each group, `nil` for one that took no part; `nil` when there is no match.
    public func captures(ofWhole text: String) -> [Substring?]? {
        captures(text, isAnchored: true)
    }

    /// What the groups captured in the leftmost match of the expression in the text, as Perl would prefer it.
    ///
    /// - Returns: The match first, then each group, `nil` for one that took no part; `nil` when there is no match.
    public func captures(in text: String) -> [Substring?]? {
        captures(text, isAnchored: false)
    }

    private func captures(_ text: String, isAnchored: Bool) -> [Substring?]? {
        var simulation = CaptureSimulation(program, isAnchored: isAnchored)
        guard let slots = withBytes(of: text, { simulation.run($0) }) else { return nil }
        return stride(from: 0, to: slots.count, by: 2).map { slot in
            guard slots[slot] >= 0, slots[slot + 1] >= 0 else { return nil }
            let start = text.utf8.index(text.startIndex, offsetBy: slots[slot])
            let end = text.utf8.index(text.startIndex, offsetBy: slots[slot + 1])
            return text[start..<end]
        }
    }

    private func withBytes<Result>(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var text = text
        return text.withUTF8(body)
    }
}
