import Testing

@testable import EmbeddingPipeline

@Suite("The next window of traces")
struct SummaryWindowTests {
    @Test("is none while there are no spans, or none that are whole")
    func none() {
        #expect(SummaryWindow.next(after: nil, earliest: nil, whole: 100_000) == nil)
        #expect(SummaryWindow.next(after: 100_000, earliest: 1, whole: 100_000) == nil)
        #expect(SummaryWindow.next(after: nil, earliest: 100_001, whole: 100_000) == nil)
    }

    @Test("begins with the first span, and then where the last one ended")
    func takesUpWhereItWas() {
        let first = SummaryWindow.next(after: nil, earliest: 90_000, whole: 100_000)
        #expect(first == SummaryWindow(from: 89_999, until: 100_000))
        #expect(
            SummaryWindow.next(after: 100_000, earliest: 90_000, whole: 105_000)
                == SummaryWindow(from: 100_000, until: 105_000)
        )
    }

    @Test("is twenty seconds long at most, and begins an hour ago at most")
    func bounds() {
        #expect(
            SummaryWindow.next(after: 0, earliest: 1, whole: 10_000_000)
                == SummaryWindow(from: 6_400_000, until: 6_420_000)
        )
    }
}
