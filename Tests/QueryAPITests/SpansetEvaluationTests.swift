import Testing
import TraceQL

@testable import QueryAPI

@Suite("How spans of a trace stand to one another")
struct SpansetEvaluationTests {
    /// a over b and c; b over d; e names a parent that is not there.
    private let spans = [("a", ""), ("b", "a"), ("c", "a"), ("d", "b"), ("e", "lost")].map { id, parent in
        MatchedSpan(spanID: id, parentID: parent, matches: [])
    }

    private func result(_ left: [Int], _ operation: SpansetOperator, _ right: [Int], _ spans: [MatchedSpan]? = nil)
        -> String
    {
        // Each side is a filter; its flags are those of the spans that are chosen.
        let spans = spans ?? self.spans
        let flagged = spans.enumerated().map { index, span in
            MatchedSpan(
                spanID: span.spanID,
                parentID: span.parentID,
                matches: [left.contains(index), right.contains(index)]
            )
        }
        let expression = SpansetExpression.combined(.filter(nil), operation, .filter(nil))
        return SpansetEvaluation(flagged).result(of: expression).map { spans[$0].spanID }.joined()
    }

    private let all = [0, 1, 2, 3, 4]

    @Test("finds children, parents, what is below and above, and siblings")
    func relations() {
        #expect(result([0], .structural(.child, .plain), all) == "bc")
        #expect(result([0], .structural(.descendant, .plain), all) == "bcd")
        #expect(result([3], .structural(.parent, .plain), all) == "b")
        #expect(result([3], .structural(.ancestor, .plain), all) == "ab")
        #expect(result([1], .structural(.sibling, .plain), all) == "c")
        #expect(result([1, 2], .structural(.sibling, .plain), all) == "bc")
        #expect(result([0], .structural(.descendant, .negated), all) == "ae")
        #expect(result([1], .structural(.child, .union), all) == "bd")
        #expect(result([0, 2], .structural(.descendant, .union), [3]) == "ad")
        #expect(result([0], .and, [3]) == "ad")
        #expect(result([0], .and, []) == "")
        #expect(result([0], .or, []) == "a")
    }

    @Test("ends for spans that are their own ancestors")
    func circles() {
        let circle = [("x", "y"), ("y", "x"), ("z", "z")].map {
            MatchedSpan(spanID: $0.0, parentID: $0.1, matches: [])
        }
        #expect(result([0], .structural(.descendant, .plain), [1], circle) == "y")
        #expect(result([2], .structural(.ancestor, .plain), [2], circle) == "z")
        #expect(result([0], .structural(.ancestor, .plain), [1], circle) == "y")
    }
}
