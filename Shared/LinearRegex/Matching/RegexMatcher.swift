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

    /// What the groups captured in all matches of the expression in the text, from left to right, none within another.
    ///
    /// An empty match right behind another one does not count.
    ///
    /// - Parameter most: How many bytes may be looked at. Each match is found in linear time, but what is looked at in vain
    ///   behind one may be looked at again for the next.
    /// - Returns: The matches as ``captures(in:)`` has them; `nil` when it would take more.
    public func allCaptures(in text: String, lookingAtMost most: Int) -> [[Substring?]]? {
        var simulation = CaptureSimulation(program, isAnchored: false)
        var matches: [[Int]] = []
        let isWhole = withBytes(of: text) { bytes in
            var start = 0
            var lastEnd = -1
            while start <= bytes.count, let slots = simulation.run(bytes, from: start) {
                guard simulation.bytesRead <= most else { return false }
                if slots[1] > lastEnd { matches.append(slots) }
                lastEnd = slots[1]
                if slots[1] > start {
                    start = slots[1]
                } else {
                    start += 1
                    while start < bytes.count, bytes[start] & 0xC0 == 0x80 { start += 1 }
                }
            }
            return simulation.bytesRead <= most
        }
        return isWhole ? matches.map { Self.texts($0, of: text) } : nil
    }

    private static func texts(_ slots: [Int], of text: String) -> [Substring?] {
        stride(from: 0, to: slots.count, by: 2).map { slot in
            guard slots[slot] >= 0, slots[slot + 1] >= 0 else { return nil }
            let start = text.utf8.index(text.startIndex, offsetBy: slots[slot])
            let end = text.utf8.index(text.startIndex, offsetBy: slots[slot + 1])
            return text[start..<end]
        }
    }

    private func captures(_ text: String, isAnchored: Bool) -> [Substring?]? {
        var simulation = CaptureSimulation(program, isAnchored: isAnchored)
        guard let slots = withBytes(of: text, { simulation.run($0) }) else { return nil }
        return Self.texts(slots, of: text)
    }

    private func withBytes<Result>(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var text = text
        return text.withUTF8(body)
    }
}
